import { describe, expect, it } from '@jest/globals';
import type { Page } from '@keyledger/messaging';
import fc from 'fast-check';
import { type Connection, connectionFrom } from './connection.ts';

/** A service whose cursors are good for ends of pages only, as those of the contracts. */
const serviceOf =
  (items: readonly number[]) =>
  ({ first, after }: { first: number; after?: string }): Promise<Page<number>> => {
    if (first < 1 || first > 200) throw new Error(`a service refuses a page of ${first}`);
    const begin = after === undefined ? 0 : Number(after);
    const end = begin + first;
    return Promise.resolve({ items: items.slice(begin, end), ...(end < items.length ? { next: String(end) } : {}) });
  };

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const nodesOf = ({ edges }: Connection<number>): number[] => edges.map(({ node }) => node);

const pageOf = (items: readonly number[], first: number, after: string | null = null): Promise<Connection<number>> =>
  connectionFrom({ first, after }, serviceOf(items), (item) => item);

describe('a connection', () => {
  it('goes through the whole list once, whatever the size of its pages', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 450 }), fc.integer({ min: 1, max: 100 }), async (count, first) => {
        const seen: number[] = [];
        let page = await pageOf(upTo(count), first);
        seen.push(...nodesOf(page));
        while (page.pageInfo.hasNextPage) {
          page = await pageOf(upTo(count), first, page.pageInfo.endCursor);
          seen.push(...nodesOf(page));
        }
        expect(seen).toEqual(upTo(count));
      }),
      { numRuns: 60 },
    );
  });

  it('goes on behind any edge', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 250 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 100 }),
        fc.nat(),
        async (count, first, next, at) => {
          const { edges } = await pageOf(upTo(count), first);
          const edge = edges[at % edges.length]!;
          const page = await pageOf(upTo(count), next, edge.cursor);
          expect(nodesOf(page)[0]).toBe(edge.node + 1 < count ? edge.node + 1 : undefined);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('follows a list that grows, from its last cursor, without loss or double', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 70 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 100 }),
        async (growth, first) => {
          let count = 0;
          let cursor: string | null = null;
          const seen: number[] = [];
          for (const more of growth) {
            count += more;
            for (let size = -1; size !== 0;) {
              const page: Connection<number> = await pageOf(upTo(count), first, cursor);
              seen.push(...nodesOf(page));
              cursor = page.pageInfo.endCursor;
              size = page.edges.length;
            }
          }
          expect(seen).toEqual(upTo(count));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('says where its page lies', async () => {
    expect((await pageOf([], 5)).pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: null,
      endCursor: null,
    });
    const { pageInfo, edges } = await pageOf(upTo(10), 3);
    expect(pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: edges[0]?.cursor,
      endCursor: edges[2]?.cursor,
    });
    expect((await pageOf(upTo(10), 3, pageInfo.endCursor)).pageInfo.hasPreviousPage).toBe(true);
  });

  it.each(['', 'nonsense', Buffer.from('[-1]').toString('base64url'), Buffer.from('[1e9]').toString('base64url')])(
    'refuses the cursor %j',
    async (cursor) => {
      await expect(pageOf(upTo(3), 1, cursor)).rejects.toMatchObject({ code: 'malformed' });
    },
  );
});
