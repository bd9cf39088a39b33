import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { nodePostgresPool } from '@event-driven-io/dumbo';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import { newId } from '@keyledger/event-sourcing';
import pg from 'pg';
import { sampleEvent } from './sample-events.ts';

/** Appends one event to a new stream, which must not exist. */
export interface Rival {
  append(): Promise<unknown>;
  close(): Promise<void>;
}

const poolOf = (config: pg.PoolConfig): pg.Pool => {
  const pool = new pg.Pool(config);
  pool.on('error', () => undefined); // the server may stop before the last connection has said goodbye
  return pool;
};

export const emmett = async (url: string, connections: number): Promise<Rival> => {
  const pool = poolOf({ connectionString: url, max: connections });
  // Given as `pool`, it would be ignored in favour of a pool of ten.
  const dumbo = nodePostgresPool({ connectionString: url, pool });
  const store = getPostgreSQLEventStore(url, { connectionOptions: { dumbo } });
  await store.schema.migrate();
  return {
    append: () => {
      const { type, data, metadata } = sampleEvent();
      const event = { type, data: data as Record<string, unknown>, metadata };
      return store.appendToStream(`lease-${newId()}`, [event], { expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' });
    },
    close: async () => {
      await store.close();
      await pool.end();
    },
  };
};

const MESSAGE_DB_FILES = [
  'schema/message-store.sql',
  'tables/messages.sql',
  'types/message.sql',
  ...['hash-64', 'acquire-lock', 'category', 'is-category', 'id', 'cardinal-id', 'stream-version', 'write-message'].map(
    (name) => `functions/${name}.sql`,
  ),
  ...['messages-id', 'messages-stream', 'messages-category'].map((name) => `indexes/${name}.sql`),
];

/** Installs message-db from its package as its own script does, apart from reading functions and `psql`. */
export const messageDb = async (url: string, connections: number): Promise<Rival> => {
  const manifest = createRequire(import.meta.url).resolve('@eventide/message-db/package.json');
  const pool = poolOf({ connectionString: url, max: connections, options: '-c search_path=message_store' });
  for (const file of MESSAGE_DB_FILES) {
    await pool.query(readFileSync(path.join(path.dirname(manifest), 'database', file), 'utf8'));
  }
  return {
    append: () => {
      const { id, type, data, metadata } = sampleEvent();
      return pool.query({
        name: 'write-message',
        text: 'select message_store.write_message($1, $2, $3, $4, $5, $6)',
        values: [id, `lease-${newId()}`, type, JSON.stringify(data), JSON.stringify(metadata), -1],
      });
    },
    close: () => pool.end(),
  };
};
