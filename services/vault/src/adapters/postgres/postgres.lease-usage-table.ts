import type { LeaseUsageView } from '@keyledger/contracts-vault';
import { translated } from '@keyledger/event-store-postgres';
import type pg from 'pg';
import type {
  LeaseUsageReader,
  LeaseUsageRow,
  LeaseUsageTable,
} from '../../application/ports/lease-usage-table.port.ts';

interface Row {
  readonly usage: LeaseUsageView;
  readonly owner: string;
  readonly request_id: string | null;
  readonly period: number;
}

const toUsage = ({ usage, owner, request_id: requestId, period }: Row): LeaseUsageRow => ({
  usage,
  owner,
  requestId: requestId ?? undefined,
  period,
});

const COLUMNS = 'usage, owner, request_id, period';

const UPSERT = `
  insert into lease_usage (lease_id, owner, request_id, period, usage) values ($1, $2, $3, $4, $5)
  on conflict (lease_id) do update set
    owner = excluded.owner, request_id = excluded.request_id, period = excluded.period, usage = excluded.usage`;

export const postgresLeaseUsageTable: LeaseUsageTable<pg.ClientBase> = {
  find: async (leaseId, tx) => {
    const text = `select ${COLUMNS} from lease_usage where lease_id = $1`;
    const { rows } = await tx.query<Row>({ name: 'lease-usage-find', text, values: [leaseId] });
    return rows[0] && toUsage(rows[0]);
  },
  put: async ({ usage, owner, requestId, period }, tx) => {
    const values = [usage.leaseId, owner, requestId, period, JSON.stringify(usage)];
    await tx.query({ name: 'lease-usage-put', text: UPSERT, values });
  },
  clear: async (tx) => {
    await tx.query('delete from lease_usage');
  },
};

export const postgresLeaseUsageReader = (pool: pg.Pool): LeaseUsageReader => ({
  findAll: async (leaseIds) => {
    const text = `select ${COLUMNS} from lease_usage where lease_id = any($1::uuid[])`;
    const { rows } = await translated(pool.query<Row>(text, [leaseIds]));
    return rows.map(toUsage);
  },
});
