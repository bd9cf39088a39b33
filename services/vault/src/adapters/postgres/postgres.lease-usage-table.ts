import type { LeaseUsageView } from '@keyledger/contracts-vault';
import { translated } from '@keyledger/event-store-postgres';
import type pg from 'pg';
import type {
  LeaseUsageReader,
  LeaseUsageRow,
  LeaseUsageTable,
} from '../../application/ports/lease-usage-table.port.ts';
import type { LeaseUsage } from '../../domain/lease-usage/lease-usage.state.ts';

/** A map is no JSON. */
type Entries = readonly (readonly [string, number])[];

type StoredState = Omit<LeaseUsage, 'spentByKey' | 'beforeByKey'> & {
  readonly spentByKey: Entries;
  readonly beforeByKey?: Entries;
};

interface Row {
  readonly usage: LeaseUsageView;
  readonly owner: string;
  readonly request_id: string | null;
  readonly state: StoredState;
  readonly revision: string;
}

const toStored = (state: LeaseUsage): StoredState => ({
  ...state,
  spentByKey: [...state.spentByKey],
  beforeByKey: [...state.beforeByKey],
});

const toUsage = ({ usage, owner, request_id: requestId, state, revision }: Row): LeaseUsageRow => ({
  usage,
  owner,
  requestId: requestId ?? undefined,
  state: { ...state, spentByKey: new Map(state.spentByKey), beforeByKey: new Map(state.beforeByKey) },
  revision: BigInt(revision),
});

const COLUMNS = 'usage, owner, request_id, state, revision';

const UPSERT = `
  insert into lease_usage (lease_id, owner, request_id, usage, state, revision) values ($1, $2, $3, $4, $5, $6)
  on conflict (lease_id) do update set
    owner = excluded.owner, request_id = excluded.request_id, usage = excluded.usage, state = excluded.state,
    revision = excluded.revision`;

export const postgresLeaseUsageTable: LeaseUsageTable<pg.ClientBase> = {
  find: async (leaseId, tx) => {
    const text = `select ${COLUMNS} from lease_usage where lease_id = $1`;
    const { rows } = await tx.query<Row>({ name: 'lease-usage-find', text, values: [leaseId] });
    return rows[0] && toUsage(rows[0]);
  },
  put: async ({ usage, owner, requestId, state, revision }, tx) => {
    const stored = [JSON.stringify(usage), JSON.stringify(toStored(state)), revision];
    const values = [usage.leaseId, owner, requestId, ...stored];
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
