import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { askMany, type Asked, outcomesOf, wellEnded } from './load.ts';
import { startSystem, type System } from './system.ts';

jest.setTimeout(300_000);

const REQUESTS = 60;

describe('two replicas of every service', () => {
  let system: System;
  let asked: readonly Asked[];

  beforeAll(async () => {
    system = await startSystem({
      isDurable: true,
      scale: { registry: 2, approval: 2, vault: 2, delivery: 2, audit: 2, gateway: 2 },
    });
    let killing = Promise.resolve();
    const victims = ['vault/2', 'approval', 'delivery/2', 'vault'];
    asked = await askMany(system, REQUESTS, 'replica', (answered) => {
      const victim = answered % 12 === 0 ? victims[answered / 12 - 1] : undefined;
      if (victim !== undefined) killing = killing.then(() => system.stack.kill(victim));
    });
    await killing;
  });

  afterAll(() => system?.stop());

  it('bring every request to its end, with one live key and one working link each', async () => {
    expect(await outcomesOf(system, asked)).toEqual(asked.map(wellEnded));
    expect(system.litellm.ledger()).toHaveLength(REQUESTS);
  });

  it('answer the same pair asked twice at once with one request', async () => {
    const input = { modelId: 'claude-3', email: 'twice@example.com' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => system.gateway.requestKey(input)));
    const winners = answers.filter(({ claimCode }) => claimCode !== null);
    expect(winners).toHaveLength(1);
    expect(answers.filter(({ requestId }) => requestId !== null)).toEqual(winners);
    const { keyRequests } = await system.gateway.graphql<{ keyRequests: { edges: readonly object[] } }>(
      'query ($filter: KeyRequestFilter) { keyRequests(filter: $filter) { edges { node { requestId } } } }',
      { filter: { email: input.email } },
      system.gateway.administrator,
    );
    expect(keyRequests.edges).toEqual([{ node: { requestId: winners[0]?.requestId } }]);
  });
});
