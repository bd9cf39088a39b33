import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { brokenGuarantees } from './guarantees.ts';
import { askUnderKills, type Kill, type StepName } from './kills.ts';
import type { Asked } from './load.ts';
import { startSystem, type System } from './system.ts';

jest.setTimeout(300_000);

const REQUESTS = 60;

/** Whatever one replica leaves behind is for the other: nobody waits until it is back. */
const kill = (victim: string, step: StepName): Kill => ({ victim, step, nth: 2, afterMs: 0, isHasty: true });
const KILLS = [
  kill('vault/2', 'issue'),
  kill('approval', 'approval'),
  kill('delivery/2', 'delivery'),
  kill('vault', 'seal'),
];

describe('two replicas of every service', () => {
  let system: System;
  let asked: readonly Asked[];

  beforeAll(async () => {
    system = await startSystem({
      isDurable: true,
      scale: { registry: 2, approval: 2, vault: 2, delivery: 2, audit: 2, gateway: 2 },
    });
    asked = await askUnderKills(system, REQUESTS, 'replica', KILLS);
  });

  afterAll(() => system?.stop());

  it('bring every request to its end, with one live key and one working link each', async () => {
    expect(asked).toHaveLength(REQUESTS);
    expect(await brokenGuarantees(system, asked)).toEqual([]);
  });

  const requestsOf = async (email: string): Promise<readonly object[]> => {
    const { keyRequests } = await system.gateway.graphql<{ keyRequests: { edges: readonly object[] } }>(
      'query ($filter: KeyRequestFilter) { keyRequests(filter: $filter) { edges { node { requestId } } } }',
      { filter: { email } },
      system.gateway.administrator,
    );
    return keyRequests.edges;
  };

  it('answer the same pair asked twice at once with one request', async () => {
    const input = { modelId: 'claude-3', email: 'twice@example.com' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => system.gateway.requestKey(input)));
    const winners = answers.filter(({ claimCode }) => claimCode !== null);
    expect(winners).toHaveLength(1);
    expect(answers.filter(({ requestId }) => requestId !== null)).toEqual(winners);
    const edges = await system.gateway.until(
      () => requestsOf(input.email),
      (found) => found.length > 0,
    );
    expect(edges).toEqual([{ node: { requestId: winners[0]?.requestId } }]);
  });
});
