import type { DifferenceView } from '@keyledger/contracts-vault';
import { translated } from '@keyledger/event-store-postgres';
import type pg from 'pg';
import type {
  DifferenceCursor,
  DifferenceFilter,
  DifferenceReader,
  DifferenceTable,
} from '../../application/ports/difference-table.port.ts';

interface Row {
  readonly difference: DifferenceView;
}

const UPSERT = `
  insert into differences (difference_id, found_at, issuer, kind, status, lease_id, difference)
  values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (difference_id) do update set
    found_at = excluded.found_at, issuer = excluded.issuer, kind = excluded.kind, status = excluded.status,
    lease_id = excluded.lease_id, difference = excluded.difference`;

export const postgresDifferenceTable: DifferenceTable<pg.ClientBase> = {
  find: async (differenceId, tx) => {
    const text = 'select difference from differences where difference_id = $1';
    const { rows } = await tx.query<Row>({ name: 'differences-find', text, values: [differenceId] });
    return rows[0]?.difference;
  },
  put: async (difference, tx) => {
    const { differenceId, foundAt, issuer, kind, status, leaseId } = difference;
    const values = [differenceId, foundAt, issuer, kind, status, leaseId, JSON.stringify(difference)];
    await tx.query({ name: 'differences-put', text: UPSERT, values });
  },
  clear: async (tx) => {
    await tx.query('delete from differences');
  },
};

const conditions = (
  { issuer, kind, statuses, leaseId }: DifferenceFilter,
  after: DifferenceCursor | undefined,
): { where: string; values: unknown[] } => {
  const values: unknown[] = [];
  const value = (given: unknown): string => `$${values.push(given)}`;
  const where = [
    ...(issuer === undefined ? [] : [`issuer = ${value(issuer)}`]),
    ...(kind === undefined ? [] : [`kind = ${value(kind)}`]),
    ...(statuses === undefined ? [] : [`status = any(${value(statuses)})`]),
    ...(leaseId === undefined ? [] : [`lease_id = ${value(leaseId)}`]),
    ...(after === undefined
      ? []
      : [`(found_at, difference_id) < (${value(after.foundAt)}::timestamptz, ${value(after.differenceId)}::uuid)`]),
  ];
  return { where: where.length === 0 ? '' : `where ${where.join(' and ')}`, values };
};

export const postgresDifferenceReader = (pool: pg.Pool): DifferenceReader => ({
  issuerOf: async (differenceId) => {
    const text = 'select issuer from differences where difference_id = $1';
    const { rows } = await translated(pool.query<{ issuer: string }>(text, [differenceId]));
    return rows[0]?.issuer;
  },
  page: async (filter, limit, after) => {
    const { where, values } = conditions(filter, after);
    const text = `select difference from differences ${where}
                  order by found_at desc, difference_id desc limit $${values.length + 1}`;
    const { rows } = await translated(pool.query<Row>(text, [...values, limit]));
    return rows.map(({ difference }) => difference);
  },
  countPending: async () => {
    const text = `select kind, count(*)::int as count from differences
                  where status in ('open', 'repairing') group by kind`;
    const { rows } = await translated(pool.query<{ kind: DifferenceView['kind']; count: number }>(text));
    return new Map(rows.map(({ kind, count }) => [kind, count]));
  },
});
