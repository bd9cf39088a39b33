import { expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

export interface PagedRows<Row> {
  /** A row that began at this moment, with this id. */
  rowOf(beganAt: string, id: string): Row;
  put(...rows: readonly Row[]): Promise<void>;
  /** The first rows of all, or of those behind `after`. */
  page(limit: number, after?: Row): Promise<readonly Row[]>;
}

/** What every list in a table promises that is read newest first, ties by id downwards. It begins empty. */
export const newestFirstContract = <Row>({ rowOf, put, page }: PagedRows<Row>): void => {
  it('pages through all of them, newest first, while others come', async () => {
    const [a, b, c, d] = ['1', '2', '3', '4'].map((digit) => `${digit.repeat(8)}-0000-4000-8000-000000000000`);
    const rows = [
      rowOf('2026-11-21T10:00:00.000Z', a!),
      rowOf('2026-11-21T09:00:00.000Z', d!),
      rowOf('2026-11-21T09:00:00.000Z', c!),
      rowOf('2026-11-21T08:00:00.000Z', b!),
    ];
    await put(...rows.toReversed());
    const first = await page(2);
    expect(first).toEqual(rows.slice(0, 2));
    await put(rowOf('2026-11-21T11:00:00.000Z', randomUUID()));
    expect(await page(2, first.at(-1))).toEqual(rows.slice(2));
  });
};
