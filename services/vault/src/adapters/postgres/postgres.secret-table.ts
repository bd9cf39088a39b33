import type { SecretView } from '@keyledger/contracts-vault';
import { translated } from '@keyledger/event-store-postgres';
import type pg from 'pg';
import {
  type SecretCursor,
  type SecretFilter,
  type SecretReader,
  type SecretTable,
  supersededSince,
} from '../../application/ports/secret-table.port.ts';

interface Row {
  readonly secret: SecretView;
}

const UPSERT = `
  insert into secrets (secret_id, created_at, owner, fingerprint, secret, superseded_since)
  values ($1, $2, $3, $4, $5, $6)
  on conflict (secret_id) do update set
    created_at = excluded.created_at, owner = excluded.owner, fingerprint = excluded.fingerprint,
    secret = excluded.secret, superseded_since = excluded.superseded_since`;

export const postgresSecretTable: SecretTable<pg.ClientBase> = {
  find: async (secretId, tx) => {
    const text = 'select secret from secrets where secret_id = $1';
    const { rows } = await tx.query<Row>({ name: 'secrets-find', text, values: [secretId] });
    return rows[0]?.secret;
  },
  put: async (secret, tx) => {
    const { secretId, createdAt, owner, fingerprint } = secret;
    const since = supersededSince(secret) ?? null;
    const values = [secretId, createdAt, owner, fingerprint, JSON.stringify(secret), since];
    await tx.query({ name: 'secrets-put', text: UPSERT, values });
  },
  clear: async (tx) => {
    await tx.query('delete from secrets');
  },
};

const TESTABLE = `secret ? 'connection' and secret->>'status' = 'sealed' and not secret ? 'unreadableSince'`;

const conditions = (
  { owner, fingerprint, needsReentry, isTestable, triedBefore }: SecretFilter,
  after: SecretCursor | undefined,
) => {
  const values: unknown[] = [];
  const value = (given: unknown): string => `$${values.push(given)}`;
  const where = [
    ...(owner === undefined ? [] : [`owner = ${value(owner)}`]),
    ...(fingerprint === undefined ? [] : [`fingerprint = ${value(fingerprint)}`]),
    ...(isTestable === undefined ? [] : [TESTABLE]),
    ...(triedBefore === undefined ? [] : [`coalesce(secret->>'triedAt', '') collate "C" < ${value(triedBefore)}`]),
    ...(needsReentry === undefined ? [] : [`secret ? 'unreadableSince'`]),
    ...(after === undefined
      ? []
      : [`(created_at, secret_id) < (${value(after.createdAt)}::timestamptz, ${value(after.secretId)}::uuid)`]),
  ];
  return { where: where.length === 0 ? '' : `where ${where.join(' and ')}`, values };
};

export const postgresSecretReader = (pool: pg.Pool): SecretReader => ({
  page: async (filter, limit, after) => {
    const { where, values } = conditions(filter, after);
    const text = `select secret from secrets ${where}
                  order by created_at desc, secret_id desc limit $${values.length + 1}`;
    const { rows } = await translated(pool.query<Row>(text, [...values, limit]));
    return rows.map(({ secret }) => secret);
  },

  withVersionsSupersededBefore: async (before, limit) => {
    const text = `select secret_id from secrets where superseded_since < $1 order by superseded_since, secret_id limit $2`;
    const { rows } = await translated(
      pool.query<{ secret_id: string }>({ name: 'secrets-superseded', text, values: [before, limit] }),
    );
    return rows.map(({ secret_id: secretId }) => secretId);
  },
});
