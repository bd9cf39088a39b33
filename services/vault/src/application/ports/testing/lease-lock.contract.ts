import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { LeaseLock } from '../lease-lock.port.ts';

export interface LeaseLockSubject {
  /** Two replicas of the service. */
  readonly first: LeaseLock;
  readonly second: LeaseLock;
  close(): Promise<void>;
}

/** What every `LeaseLock` promises. */
export const leaseLockContract = (name: string, open: () => Promise<LeaseLockSubject>): void => {
  describe(`lease lock contract: ${name}`, () => {
    let subject: LeaseLockSubject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    /** Holds the lock until the returned function is called. */
    const hold = async (lock: LeaseLock, leaseId: string): Promise<() => Promise<unknown>> => {
      const begun = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      const held = lock.tryHold(leaseId, () => {
        begun.resolve();
        return release.promise;
      });
      await begun.promise;
      return () => {
        release.resolve();
        return held;
      };
    };

    it('runs the work and returns its result, also an undefined one', async () => {
      expect(await subject.first.tryHold(randomUUID(), () => Promise.resolve(7))).toEqual({ result: 7 });
      expect(await subject.first.tryHold(randomUUID(), () => Promise.resolve(undefined))).toEqual({
        result: undefined,
      });
    });

    it.each(['first', 'second'] as const)(
      'does not run work of the %s replica while the first holds the lock',
      async (who) => {
        const leaseId = randomUUID();
        const release = await hold(subject.first, leaseId);
        let hasRun = false;
        expect(await subject[who].tryHold(leaseId, async () => (hasRun = true))).toBeUndefined();
        expect(hasRun).toBe(false);
        await release();
      },
    );

    it('can be held by anybody when it was released', async () => {
      const leaseId = randomUUID();
      await (
        await hold(subject.first, leaseId)
      )();
      expect(await subject.second.tryHold(leaseId, () => Promise.resolve('second'))).toEqual({ result: 'second' });
      expect(await subject.first.tryHold(leaseId, () => Promise.resolve('first'))).toEqual({ result: 'first' });
    });

    it('passes an error of the work on and is free afterwards', async () => {
      const leaseId = randomUUID();
      await expect(subject.first.tryHold(leaseId, () => Promise.reject(new Error('work')))).rejects.toThrow('work');
      expect(await subject.second.tryHold(leaseId, () => Promise.resolve(1))).toEqual({ result: 1 });
    });

    it('keeps different leases apart', async () => {
      const releases = await Promise.all([randomUUID(), randomUUID()].map((leaseId) => hold(subject.first, leaseId)));
      expect(await subject.second.tryHold(randomUUID(), () => Promise.resolve(1))).toEqual({ result: 1 });
      await Promise.all(releases.map((release) => release()));
    });

    it('never lets two run at once', async () => {
      const leaseId = randomUUID();
      let running = 0;
      let most = 0;
      const work = async (): Promise<void> => {
        running += 1;
        most = Math.max(most, running);
        await setImmediate();
        running -= 1;
      };
      const tries = Array.from({ length: 40 }, (_, index) =>
        (index % 2 === 0 ? subject.first : subject.second).tryHold(leaseId, work),
      );
      expect((await Promise.all(tries)).some((result) => result !== undefined)).toBe(true);
      expect(most).toBe(1);
    });
  });
};
