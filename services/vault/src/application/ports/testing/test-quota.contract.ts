import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestQuota } from '../test-quota.port.ts';

export interface TestQuotaSubject {
  readonly quota: TestQuota;
  close(): Promise<void>;
}

const MINUTE_MS = 60_000;
const beginning = Date.UTC(2026, 10, 21, 8, 0, 0, 123);
const after = (ms: number): Date => new Date(beginning + ms);

/** What every `TestQuota` promises. `open` gives one that has counted nothing. */
export const testQuotaContract = (name: string, open: () => Promise<TestQuotaSubject>): void => {
  describe(`test quota contract: ${name}`, () => {
    let subject: TestQuotaSubject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    it('lets so many pass in a minute, and tells the others when the next one begins', async () => {
      const { quota } = subject;
      for (const ms of [0, 10, 20_000]) expect(await quota.take('ada', 3, after(ms))).toBe(0);
      expect(await quota.take('ada', 3, after(20_000))).toBe(40_000);
      expect(await quota.take('ada', 3, after(MINUTE_MS - 1))).toBe(1);
      expect(await quota.take('ada', 3, after(MINUTE_MS))).toBe(0);
    });

    it('begins a minute with the first of it', async () => {
      const { quota } = subject;
      await quota.take('ada', 1, after(0));
      expect(await quota.take('ada', 1, after(90_000))).toBe(0);
      expect(await quota.take('ada', 1, after(120_000))).toBe(30_000);
    });

    it('counts each subject for itself', async () => {
      const { quota } = subject;
      await quota.take('ada', 1, after(0));
      expect(await quota.take('bob', 1, after(0))).toBe(0);
      expect(await quota.take('ada', 1, after(0))).toBe(MINUTE_MS);
    });

    it('lets no more pass when many come at once', async () => {
      const waits = await Promise.all(Array.from({ length: 20 }, () => subject.quota.take('ada', 7, after(0))));
      expect(waits.filter((wait) => wait === 0)).toHaveLength(7);
    });
  });
};
