import { translated } from '@keyledger/event-store-postgres';
import type pg from 'pg';
import type { LeaseReader, LeaseRow, LeaseTable } from '../../application/ports/lease-table.port.ts';

interface Row {
  readonly lease_id: string;
  readonly request_id: string;
  readonly status: LeaseRow['status'];
  readonly issuer: string;
  readonly owner: string;
  readonly model_ids: readonly string[];
  readonly generation: number;
  readonly alias: string;
  readonly mask: string | null;
  readonly started_at: Date;
  readonly issued_at: Date | null;
  readonly expires_at: Date | null;
  readonly failure_cause: LeaseRow['failureCause'] | null;
  readonly updated_at: Date;
}

const toLease = (row: Row): LeaseRow => ({
  leaseId: row.lease_id,
  requestId: row.request_id,
  status: row.status,
  issuer: row.issuer,
  owner: row.owner,
  modelIds: row.model_ids,
  generation: row.generation,
  alias: row.alias,
  mask: row.mask ?? undefined,
  startedAt: row.started_at.toISOString(),
  issuedAt: row.issued_at?.toISOString(),
  expiresAt: row.expires_at?.toISOString(),
  failureCause: row.failure_cause ?? undefined,
  updatedAt: row.updated_at.toISOString(),
});

const UPSERT = `
  insert into leases (lease_id, request_id, status, issuer, owner, model_ids, generation, alias, mask, started_at,
                      issued_at, expires_at, failure_cause, updated_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
  on conflict (lease_id) do update set
    request_id = excluded.request_id, status = excluded.status, issuer = excluded.issuer, owner = excluded.owner,
    model_ids = excluded.model_ids, generation = excluded.generation, alias = excluded.alias, mask = excluded.mask,
    started_at = excluded.started_at, issued_at = excluded.issued_at, expires_at = excluded.expires_at,
    failure_cause = excluded.failure_cause, updated_at = excluded.updated_at`;

const valuesOf = (lease: LeaseRow): unknown[] => [
  lease.leaseId,
  lease.requestId,
  lease.status,
  lease.issuer,
  lease.owner,
  lease.modelIds,
  lease.generation,
  lease.alias,
  lease.mask,
  lease.startedAt,
  lease.issuedAt,
  lease.expiresAt,
  lease.failureCause,
  lease.updatedAt,
];

export const postgresLeaseTable: LeaseTable<pg.ClientBase> = {
  find: async (leaseId, tx) => {
    const { rows } = await tx.query<Row>('select * from leases where lease_id = $1', [leaseId]);
    return rows[0] === undefined ? undefined : toLease(rows[0]);
  },
  put: async (lease, tx) => {
    await tx.query({ name: 'leases-put', text: UPSERT, values: valuesOf(lease) });
  },
  clear: async (tx) => {
    await tx.query('delete from leases');
  },
};

export const postgresLeaseReader = (pool: pg.Pool): LeaseReader => ({
  findWaiting: async (before, limit) => {
    const text = `select * from leases where status = 'started' and updated_at < $1 order by updated_at limit $2`;
    const { rows } = await translated(pool.query<Row>(text, [before, limit]));
    return rows.map(toLease);
  },
  countByStatus: async () => {
    const text = 'select status, count(*)::int as count from leases group by status';
    const { rows } = await translated(pool.query<Pick<Row, 'status'> & { count: number }>(text));
    return new Map(rows.map(({ status, count }) => [status, count]));
  },
});
