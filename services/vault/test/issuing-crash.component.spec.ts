import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { isTransient } from '@keyledger/errors';
import type { LeaseLock } from '../src/application/ports/lease-lock.port.ts';
import { Crash, type Death, everyDeathUpTo, Life } from './mortal.ts';
import { admin, asking, revealKey } from './vault-client.ts';
import { type Approved, approvedRequest, retriedRequest } from './approval-facts.ts';
import { Outside } from './vault-in-memory.ts';

jest.setTimeout(30_000);

/** A lock that everybody gets: what must hold, holds without it. */
const noLock: LeaseLock = { tryHold: async (_leaseId, work) => ({ result: await work() }) };

/** Exactly one key of the request is live at the issuer, it is the one that is revealed, and history says so once. */
const expectOneKey = async (outside: Outside, { leaseId, requestId }: Approved): Promise<void> => {
  const { client } = await outside.replica();
  expect(await client.FindLeaseByRequest({ requestId }, asking(admin))).toMatchObject({ status: 'issued' });
  const ours = [...outside.issuer.live].filter(([, { labels }]) => labels?.leaseId === leaseId);
  expect(ours).toHaveLength(1);
  const key = await revealKey(client, leaseId);
  const issuerKeyId = createHash('sha256').update(key).digest('hex');
  expect(ours[0]?.[0]).toBe(issuerKeyId);
  const history = (await outside.stored('lease')).filter(({ stream }) => stream === `lease-${leaseId}`);
  const issued = history.filter(({ type }) => type === 'LeaseIssued');
  expect(issued.map(({ data }) => data)).toEqual([expect.objectContaining({ issuerKeyId })]);
};

/** Hears the event as a durable consumer does: again after each crash, in a new process, until it is digested. */
const digest = async (outside: Outside, event: Approved['event'], deaths: readonly Death[]): Promise<number> => {
  for (const death of [...deaths, undefined]) {
    const { hear, life } = await outside.replica({ life: new Life(death) });
    try {
      await hear(event);
      return life.calls;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }
  throw new Error('The last process cannot die');
};

/** Calls to the outside of an undisturbed run, so that the cases below meet each of them. */
const CALLS = 9;
const CALLS_OF_NEW_GENERATION = 11;

const anyDeath = fc.record({
  at: fc.integer({ min: 1, max: CALLS }),
  when: fc.constantFrom('before' as const, 'after' as const),
});

describe('a vault that dies while it issues', () => {
  it('makes as many calls to the outside as are tried here', async () => {
    expect(await digest(new Outside(), approvedRequest().event, [])).toBe(CALLS);
  });

  it.each(everyDeathUpTo(CALLS))('$when call $at ends with one key', async (death) => {
    const [outside, request] = [new Outside(), approvedRequest()];
    await digest(outside, request.event, [death]);
    await expectOneKey(outside, request);
  });

  it('again and again ends with one key', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyDeath, { maxLength: 6 }), async (deaths) => {
        const [outside, request] = [new Outside(), approvedRequest()];
        await digest(outside, request.event, deaths);
        await expectOneKey(outside, request);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a vault that dies while it issues in a new generation', () => {
  /** A lease whose first key is live and can be opened by nobody. */
  const failedLease = async (): Promise<{ outside: Outside; request: Approved }> => {
    const [outside, request] = [new Outside(), approvedRequest()];
    outside.issuer.failNext('issue', 'after');
    const { hear } = await outside.replica();
    await expect(hear(request.event)).rejects.toThrow();
    for (const [id, { purpose }] of outside.keyRing.rows) if (purpose === 'secret') outside.keyRing.rows.delete(id);
    await hear(request.event);
    return { outside, request };
  };

  it('makes as many calls to the outside as are tried here', async () => {
    const { outside, request } = await failedLease();
    expect(await digest(outside, retriedRequest(request.requestId), [])).toBe(CALLS_OF_NEW_GENERATION);
  });

  it.each(everyDeathUpTo(CALLS_OF_NEW_GENERATION))('$when call $at leaves no key of the old one', async (death) => {
    const { outside, request } = await failedLease();
    await digest(outside, retriedRequest(request.requestId), [death]);
    await expectOneKey(outside, request);
  });
});

describe('two vaults that issue the same lease at once', () => {
  it.each<[string, LeaseLock | undefined]>([
    ['with their lock', undefined],
    ['with a lock that was lost', noLock],
  ])('end with one key, in whatever order their calls happen: %s', async (_how, lock) => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const [outside, request] = [new Outside(), approvedRequest()];
        const gate = () => scheduler.schedule(Promise.resolve());
        const options = lock === undefined ? {} : { lock };
        const replicas = [
          await outside.replica({ life: new Life(undefined, gate), ...options }),
          await outside.replica({ life: new Life(undefined, gate), ...options }),
        ];
        const both = Promise.all(replicas.map((replica) => untilDigested(() => replica.hear(request.event), gate)));
        await scheduler.waitFor(both);
        await expectOneKey(outside, request);
        expect(outside.issuer.seen.size).toBe(1);
      }),
      { numRuns: 60 },
    );
  });

  it('of which one dies end with one key', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), anyDeath, async (scheduler, mine) => {
        const [outside, request] = [new Outside(), approvedRequest()];
        const gate = () => scheduler.schedule(Promise.resolve());
        const dying = await outside.replica({ life: new Life(mine, gate), lock: noLock });
        const living = await outside.replica({ life: new Life(undefined, gate), lock: noLock });
        const both = Promise.all([
          dying.hear(request.event).catch((error: unknown) => {
            if (!(error instanceof Crash)) throw error;
          }),
          untilDigested(() => living.hear(request.event), gate),
        ]);
        await scheduler.waitFor(both);
        await expectOneKey(outside, request);
      }),
      { numRuns: 60 },
    );
  });
});

/** A transient fault asks for the event again; `pause` lets others go on. */
const untilDigested = async (hear: () => Promise<void>, pause: () => Promise<unknown>): Promise<void> => {
  for (;;) {
    try {
      return await hear();
    } catch (error) {
      if (!isTransient(error)) throw error;
      await pause();
    }
  }
};
