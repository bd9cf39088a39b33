import { lease as leases } from '@keyledger/service-vault/src/domain/lease/lease.decider.ts';
import { leaseIssued, leaseKeySealed, leaseStarted } from '@keyledger/service-vault/src/domain/lease/lease.examples.ts';
import type pg from 'pg';

const { evolve, initialState } = leases.decider;

const INSERT = `insert into vault.leases (lease_id, started_at, status, issuer, owner, model_ids, tags, updated_at,
    has_custodian_task, lease)
  select id, started_at, 'issued', 'litellm', 'ada@example.com', '{gpt-4o-mini}', '{}', started_at, false,
    jsonb_set(jsonb_set(jsonb_set($2::jsonb, '{leaseId}', to_jsonb(id)), '{key,issuerKeyId}', to_jsonb('key-' || n)),
      '{startedAt}', to_jsonb(to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
  from (select n, gen_random_uuid() as id, '2026-11-21T08:00:00Z'::timestamptz + n * interval '1 second' as started_at
        from generate_series(1, $1) n) made`;

/** Puts issued leases into the read model, with keys named `key-1`, `key-2` and so on, as if they had been projected. */
export const fillLeases = async (database: pg.ClientBase, count: number): Promise<void> => {
  const lease = [leaseStarted, leaseKeySealed, leaseIssued].reduce(evolve, initialState);
  await database.query(INSERT, [count, JSON.stringify(lease)]);
  await database.query('vacuum (analyze) vault.leases');
};
