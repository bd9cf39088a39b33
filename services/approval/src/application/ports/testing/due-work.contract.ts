import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DueItem, DueWork } from '../due-work.port.ts';

export interface DueWorkSubject {
  /** Of one replica. */
  readonly dueWork: DueWork;
  /** Of another replica, on the same timers. */
  readonly other: DueWork;
  put(item: DueItem): Promise<void>;
  remove(requestId: string): Promise<void>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

const id = (number: number) => `01890a5d-ac96-774b-bcce-${String(number).padStart(12, '0')}`;
const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 8, minute));

const item = (number: number, minute: number, also: Partial<DueItem> = {}): DueItem => ({
  requestId: id(number),
  kind: 'evaluate',
  dueAt: at(minute).toISOString(),
  attempt: 2,
  causedBy: id(number + 1_000),
  ...also,
});

const CLAIM_MS = 60_000;

export const dueWorkContract = (name: string, open: () => Promise<DueWorkSubject>): void => {
  describe(`${name} as due work`, () => {
    let subject: DueWorkSubject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    const claim = async (dueWork: DueWork, minute: number, limit = 10) =>
      (await dueWork.claim(at(minute), limit, CLAIM_MS)).map(({ requestId }) => requestId);

    it('has nothing at first', async () => {
      expect(await claim(subject.dueWork, 0)).toEqual([]);
      expect(await subject.dueWork.nextDueAt()).toBeUndefined();
    });

    it('gives an item back as it was put', async () => {
      const traced = item(1, 1, {
        kind: 'expire',
        attempt: 1,
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      });
      await subject.put(traced);
      await subject.put(item(2, 2));
      expect(await subject.dueWork.claim(at(5), 10, CLAIM_MS)).toEqual([traced, item(2, 2)]);
    });

    it('gives what is due, the longest due first, and nothing before its time', async () => {
      await subject.put(item(1, 3));
      await subject.put(item(2, 1));
      await subject.put(item(3, 2));
      expect(await subject.dueWork.nextDueAt()).toEqual(at(1));
      expect(await claim(subject.dueWork, 0)).toEqual([]);
      expect(await claim(subject.dueWork, 2)).toEqual([id(2), id(3)]);
      expect(await claim(subject.other, 2)).toEqual([]);
    });

    it('gives no more than asked for', async () => {
      for (const number of [1, 2, 3]) await subject.put(item(number, number));
      expect(await claim(subject.dueWork, 5, 2)).toEqual([id(1), id(2)]);
      expect(await claim(subject.dueWork, 5, 2)).toEqual([id(3)]);
    });

    it('gives a claimed item to nobody else until the claim runs out', async () => {
      await subject.put(item(1, 1));
      expect(await claim(subject.dueWork, 1)).toEqual([id(1)]);
      expect(await claim(subject.other, 1)).toEqual([]);
      expect(await subject.other.nextDueAt()).toEqual(at(2));
      expect(await claim(subject.other, 2)).toEqual([id(1)]);
    });

    it('gives an item that was given back to anybody, from the given time on', async () => {
      await subject.put(item(1, 1));
      const [claimed = item(1, 1)] = await subject.dueWork.claim(at(1), 1, 10 * CLAIM_MS);
      await subject.dueWork.giveBack(claimed, at(3));
      expect(await subject.other.nextDueAt()).toEqual(at(3));
      expect(await claim(subject.other, 2)).toEqual([]);
      expect(await claim(subject.other, 3)).toEqual([id(1)]);
    });

    it('takes nothing back that was replaced, removed, or is free before', async () => {
      await subject.put(item(1, 1));
      await subject.dueWork.giveBack(item(1, 1), at(9));
      expect(await subject.dueWork.nextDueAt()).toEqual(at(1));
      const [claimed = item(1, 1)] = await subject.dueWork.claim(at(1), 1, CLAIM_MS);
      await subject.put(item(1, 5, { attempt: 3, causedBy: id(2_000) }));
      await subject.dueWork.giveBack(claimed, at(2));
      expect(await subject.dueWork.nextDueAt()).toEqual(at(5));
      await subject.remove(id(1));
      await subject.dueWork.giveBack(claimed, at(2));
      expect(await subject.dueWork.nextDueAt()).toBeUndefined();
    });

    it('shares the items between replicas that claim at the same moment', async () => {
      const numbers = Array.from({ length: 40 }, (_, index) => index);
      for (const number of numbers) await subject.put(item(number, 1));
      const claims = await Promise.all(
        numbers.map((number) => claim(number % 2 === 0 ? subject.dueWork : subject.other, 1, 3)),
      );
      const claimed = claims.flat();
      expect(new Set(claimed).size).toBe(claimed.length);
      const rest = await claim(subject.dueWork, 1, 100);
      expect([...claimed, ...rest].sort()).toEqual(numbers.map(id));
    });

    it('replaces the item of a request, and the claim with it', async () => {
      await subject.put(item(1, 1));
      await claim(subject.dueWork, 1);
      await subject.put(item(1, 3, { attempt: 3 }));
      expect(await subject.dueWork.nextDueAt()).toEqual(at(3));
      expect(await subject.other.claim(at(3), 10, CLAIM_MS)).toEqual([item(1, 3, { attempt: 3 })]);
    });

    it('forgets what is removed or cleared', async () => {
      await subject.put(item(1, 1));
      await subject.put(item(2, 1));
      await subject.remove(id(1));
      await subject.remove(id(3));
      expect(await claim(subject.dueWork, 1)).toEqual([id(2)]);
      await subject.clear();
      expect(await subject.dueWork.nextDueAt()).toBeUndefined();
    });
  });
};
