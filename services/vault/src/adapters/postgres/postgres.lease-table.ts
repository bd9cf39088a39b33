import { translated } from '@keyledger/event-store-postgres';
import type pg from 'pg';
import { hasCustodianTask } from '../../application/custodian-tasks.ts';
import type {
  LeaseCursor,
  LeaseFilter,
  LeaseReader,
  LeaseRow,
  LeaseTable,
} from '../../application/ports/lease-table.port.ts';

interface Row {
  readonly lease: LeaseRow['lease'];
  readonly due_at: Date | null;
  readonly updated_at: Date;
}

const COLUMNS = 'lease, due_at, updated_at';

const toLease = ({ lease, due_at, updated_at }: Row): LeaseRow => ({
  lease,
  dueAt: due_at?.toISOString(),
  updatedAt: updated_at.toISOString(),
});

const UPSERT = `
  insert into leases (lease_id, started_at, status, issuer, owner, team, model_ids, tags, expires_at, due_at, updated_at,
                      has_custodian_task, lease)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
  on conflict (lease_id) do update set
    started_at = excluded.started_at, status = excluded.status, issuer = excluded.issuer, owner = excluded.owner,
    team = excluded.team, model_ids = excluded.model_ids, tags = excluded.tags, expires_at = excluded.expires_at,
    due_at = excluded.due_at, updated_at = excluded.updated_at, has_custodian_task = excluded.has_custodian_task,
    lease = excluded.lease`;

const valuesOf = ({ lease, dueAt, updatedAt }: LeaseRow): unknown[] => {
  const { leaseId, startedAt, status, terms, expiresAt } = lease;
  const { issuer, owner, team, modelIds, tags = [] } = terms;
  const times = [expiresAt, dueAt, updatedAt];
  const found = [leaseId, startedAt, status, issuer, owner, team, modelIds, tags];
  return [...found, ...times, hasCustodianTask(lease), JSON.stringify(lease)];
};

export const postgresLeaseTable: LeaseTable<pg.ClientBase> = {
  find: async (leaseId, tx) => {
    const text = `select ${COLUMNS} from leases where lease_id = $1`;
    const { rows } = await tx.query<Row>({ name: 'leases-find', text, values: [leaseId] });
    return rows[0] === undefined ? undefined : toLease(rows[0]);
  },
  put: async (lease, tx) => {
    await tx.query({ name: 'leases-put', text: UPSERT, values: valuesOf(lease) });
  },
  clear: async (tx) => {
    await tx.query('delete from leases');
  },
};

const conditions = (filter: LeaseFilter, after: LeaseCursor | undefined) => {
  const { owner, team, issuer, modelId, tag, statuses, expiresBefore } = filter;
  const values: unknown[] = [];
  const when = (given: unknown, condition: (parameter: string) => string): string[] =>
    given === undefined ? [] : [condition(`$${values.push(given)}`)];
  const where = [
    ...when(owner, (parameter) => `owner = ${parameter}`),
    ...when(team, (parameter) => `team = ${parameter}`),
    ...when(issuer, (parameter) => `issuer = ${parameter}`),
    ...when(modelId, (parameter) => `model_ids @> array[${parameter}::text]`),
    ...when(tag, (parameter) => `tags @> array[${parameter}::text]`),
    ...when(statuses, (parameter) => `status = any(${parameter}::text[])`),
    ...when(expiresBefore, (parameter) => `expires_at < ${parameter}::timestamptz`),
    ...(filter.hasCustodianTask === undefined ? [] : ['has_custodian_task']),
    ...when(after?.startedAt, (startedAt) => {
      const [leaseId] = when(after?.leaseId, (parameter) => `${parameter}::uuid`);
      return `(started_at, lease_id) < (${startedAt}::timestamptz, ${leaseId})`;
    }),
  ];
  return { where: where.length === 0 ? '' : `where ${where.join(' and ')}`, values };
};

export const postgresLeaseReader = (pool: pg.Pool): LeaseReader => ({
  issuersWithDue: async (now) => {
    const text = 'select distinct issuer from leases where due_at <= $1';
    const { rows } = await translated(pool.query<{ issuer: string }>(text, [now]));
    return rows.map(({ issuer }) => issuer);
  },
  findDue: async (issuer, now, limit, after) => {
    const behind = after === undefined ? '' : 'and (due_at, lease_id) > ($4::timestamptz, $5::uuid)';
    const text = `select ${COLUMNS} from leases where issuer = $1 and due_at <= $2 ${behind}
                  order by due_at, lease_id limit $3`;
    const cursor = after === undefined ? [] : [after.dueAt, after.leaseId];
    const { rows } = await translated(pool.query<Row>(text, [issuer, now, limit, ...cursor]));
    return rows.map(toLease);
  },
  page: async (filter, limit, after) => {
    const { where, values } = conditions(filter, after);
    const text = `select ${COLUMNS} from leases ${where}
                  order by started_at desc, lease_id desc limit $${values.length + 1}`;
    const { rows } = await translated(pool.query<Row>(text, [...values, limit]));
    return rows.map(toLease);
  },
  countByStatus: async () => {
    const text = 'select status, count(*)::int as count from leases group by status';
    const { rows } = await translated(pool.query<{ status: LeaseRow['lease']['status']; count: number }>(text));
    return new Map(rows.map(({ status, count }) => [status, count]));
  },
});
