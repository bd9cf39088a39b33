import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type StoredEvent, storedEvents } from './history.ts';
import { askMany, type Asked, outcomesOf, wellEnded } from './load.ts';
import { untilStatus } from './requester.ts';
import { startSystem, type System } from './system.ts';

jest.setTimeout(240_000);

const REQUESTS = 12;

type Decision = 'approveKeyRequest' | 'denyKeyRequest' | 'retryKeyRequest';

describe('people who do the same or the opposite at once, at two replicas of every service', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem({ scale: { registry: 2, approval: 2, vault: 2, delivery: 2, audit: 2, gateway: 2 } });
  });

  afterEach(() => system?.litellm.faults.clear());

  afterAll(() => system?.stop());

  /** Names of the types that were answered. */
  const decide = async (decision: Decision, requestId: string, input: object = {}): Promise<string> => {
    const type = `${decision.charAt(0).toUpperCase()}${decision.slice(1)}Input!`;
    const answer = await system.gateway.graphql<Record<Decision, { __typename: string }>>(
      `mutation ($input: ${type}) { ${decision}(input: $input) { __typename } }`,
      { input: { requestId, ...input } },
      system.gateway.administrator,
    );
    return answer[decision].__typename;
  };

  const typesOf = (events: readonly StoredEvent[], { requestId }: Asked): string[] =>
    events.filter(({ correlationId }) => correlationId === requestId).map(({ type }) => type);

  const keysOf = ({ requestId }: Asked): number =>
    system.litellm.ledger().filter(({ metadata }) => metadata.request_id === requestId).length;

  it('one decision holds, and everybody is told the same', async () => {
    const asked = await askMany(system, REQUESTS, 'decided', { modelId: 'claude-3' });
    const rulings = await Promise.all(
      asked.map(async ({ requestId }, index) => {
        await untilStatus(system, requestId, 'IN_REVIEW');
        const approve = () => decide('approveKeyRequest', requestId);
        const deny = () => decide('denyKeyRequest', requestId, { reason: 'Not now' });
        const tries = index % 2 === 0 ? [approve, deny, approve, deny] : [deny, approve, deny, approve];
        const answers = new Set(await Promise.all(tries.map((attempt) => attempt())));
        const successes = [...answers].filter((name) => name.endsWith('Success'));
        return { answers: successes, status: await untilStatus(system, requestId, 'FULFILLED', 'DENIED') };
      }),
    );
    const events = await storedEvents(system);
    for (const [index, { answers, status }] of rulings.entries()) {
      const isApproved = status === 'FULFILLED';
      expect(answers).toEqual([isApproved ? 'ApproveKeyRequestSuccess' : 'DenyKeyRequestSuccess']);
      const types = typesOf(events, asked[index]!);
      const decisions = types.filter((type) => type === 'KeyRequestApproved' || type === 'KeyRequestDenied');
      expect(decisions).toEqual([isApproved ? 'KeyRequestApproved' : 'KeyRequestDenied']);
      expect(keysOf(asked[index]!)).toBe(isApproved ? 1 : 0);
    }
  });

  it('a failed request is retried once, however many ask for it', async () => {
    system.litellm.faults.add({ do: 'refuse-alias', on: '/key/generate', times: REQUESTS });
    const asked = await askMany(system, REQUESTS, 'retried');
    for (const { requestId } of asked) await untilStatus(system, requestId, 'FAILED');
    await Promise.all(
      asked.map(async ({ requestId }) => {
        const answers = await Promise.all(Array.from({ length: 5 }, () => decide('retryKeyRequest', requestId)));
        expect(answers).toContain('RetryKeyRequestSuccess');
      }),
    );
    expect(await outcomesOf(system, asked)).toEqual(asked.map(wellEnded));
    const events = await storedEvents(system);
    for (const each of asked)
      for (const type of ['KeyRequestRetried', 'LeaseIssueRetried', 'LeaseIssued', 'KeyRequestFulfilled'])
        expect([type, typesOf(events, each).filter((one) => one === type)]).toEqual([type, [type]]);
  });

  it('of a retry and a new request for the same pair one is open', async () => {
    system.litellm.faults.add({ do: 'refuse-alias', on: '/key/generate', times: REQUESTS });
    const asked = await askMany(system, REQUESTS, 'renewed');
    for (const { requestId } of asked) await untilStatus(system, requestId, 'FAILED');
    // A request that came to its end at once would leave room for the other.
    system.litellm.faults.add({ do: 'delay', on: '/key/generate', times: REQUESTS, delayMs: 5_000 });
    await Promise.all(
      asked.map(async (first) => {
        const input = { modelId: 'llama-3.1-8b', email: first.email };
        const [retry, second] = await Promise.all([
          decide('retryKeyRequest', first.requestId),
          system.gateway.requestKey(input),
        ]);
        const isRetried = retry === 'RetryKeyRequestSuccess';
        const winner = isRetried ? first : { ...second, email: first.email };
        expect(second.claimCode === null).toBe(isRetried);
        await untilStatus(system, winner.requestId, 'FULFILLED');
        expect(keysOf(winner)).toBe(1);
        expect(system.litellm.ledger().filter((row) => row.user_id === first.email)).toHaveLength(1);
        if (!isRetried) await untilStatus(system, first.requestId, 'FAILED');
      }),
    );
  });
});
