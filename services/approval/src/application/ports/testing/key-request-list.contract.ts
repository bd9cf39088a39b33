import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KeyRequestStatus, SubmittedKeyRequest } from '../../../domain/key-request/key-request.state.ts';
import type { KeyRequestFilter, KeyRequestList } from '../key-request-list.port.ts';

export interface KeyRequestListSubject {
  readonly list: KeyRequestList;
  put(request: SubmittedKeyRequest): Promise<void>;
  find(requestId: string): Promise<SubmittedKeyRequest | undefined>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

const id = (number: number) => `01890a5d-ac96-774b-bcce-${String(number).padStart(12, '0')}`;

const request = (number: number, second: number, also: Partial<SubmittedKeyRequest> = {}): SubmittedKeyRequest => ({
  requestId: id(number),
  status: 'submitted',
  terms: { modelId: 'claude-3', email: 'Ada@Example.com', delivery: { channel: 'emailLink' } },
  submittedBy: 'Ada@Example.com',
  claimCodeHash: 'hash',
  submittedAt: new Date(Date.UTC(2026, 0, 5, 8, 0, second, 123)).toISOString(),
  updatedAt: new Date(Date.UTC(2026, 0, 5, 8, 0, second, 123)).toISOString(),
  evaluations: [],
  factIds: [],
  ...also,
});

const termsOf = (email: string, modelId: string) => ({ email, modelId, delivery: { channel: 'emailLink' as const } });

export const keyRequestListContract = (name: string, open: () => Promise<KeyRequestListSubject>): void => {
  describe(`${name} as list of requests`, () => {
    let subject: KeyRequestListSubject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    const page = async (filter: KeyRequestFilter, limit = 10) =>
      (await subject.list.page(filter, limit)).map(({ requestId }) => requestId);

    it('gives requests back as they were put', async () => {
      await subject.put(request(1, 1));
      expect(await subject.find(id(1))).toEqual(request(1, 1));
      expect(await subject.list.page({}, 10)).toEqual([request(1, 1)]);
    });

    it('knows nothing of others', async () => {
      expect(await subject.find(id(1))).toBeUndefined();
      expect(await page({})).toEqual([]);
    });

    it('shows the newest first, ties by id downwards', async () => {
      await subject.put(request(1, 5));
      await subject.put(request(2, 9));
      await subject.put(request(3, 5));
      expect(await page({})).toEqual([id(2), id(3), id(1)]);
    });

    it('pages without a gap or a repetition, whatever arrives in between', async () => {
      for (const number of [1, 2, 3, 4, 5, 6, 7]) await subject.put(request(number, Math.ceil(number / 3)));
      const seen: string[] = [];
      let rows = await subject.list.page({}, 2);
      for (let round = 0; rows.length > 0; round += 1) {
        seen.push(...rows.map(({ requestId }) => requestId));
        await subject.put(request(100 + round, 30 + round));
        rows = await subject.list.page({}, 2, rows.at(-1));
      }
      expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1].map(id));
    });

    it('filters by status, address and model', async () => {
      const add = (number: number, status: KeyRequestStatus, email: string, modelId: string) =>
        subject.put(request(number, number, { status, terms: termsOf(email, modelId) }));
      await add(1, 'in-review', 'Ada@Example.com', 'claude-3');
      await add(2, 'submitted', 'ada@example.com', 'gpt-4o');
      await add(3, 'in-review', 'bob@example.com', 'claude-3');
      expect(await page({ statuses: ['in-review'] })).toEqual([id(3), id(1)]);
      expect(await page({ statuses: ['in-review', 'submitted'] })).toEqual([id(3), id(2), id(1)]);
      expect(await page({ statuses: [] })).toEqual([]);
      expect(await page({ email: 'ada@example.com' })).toEqual([id(2), id(1)]);
      expect(await page({ modelId: 'claude-3' })).toEqual([id(3), id(1)]);
      expect(await page({ statuses: ['in-review'], email: 'ada@example.com', modelId: 'claude-3' })).toEqual([id(1)]);
      expect(await page({ email: "' or 1=1 --" })).toEqual([]);
    });

    it('shows a request in its latest state, in its old place', async () => {
      await subject.put(request(1, 1));
      await subject.put(request(2, 2));
      const denied = request(1, 1, { status: 'denied', updatedAt: '2026-01-06T00:00:00.000Z' });
      await subject.put(denied);
      expect(await page({})).toEqual([id(2), id(1)]);
      expect(await subject.list.page({ statuses: ['denied'] }, 10)).toEqual([denied]);
    });

    it('is empty after it was cleared', async () => {
      await subject.put(request(1, 1));
      await subject.clear();
      expect(await page({})).toEqual([]);
    });
  });
};
