import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newId, streamName } from '@keyledger/event-sourcing';
import { anEvent } from '@keyledger/event-sourcing/testing';
import pg from 'pg';
import { type HeldBack, PostgresEventStore } from '../src/index.ts';
import { logDatabase, type LogDatabase } from './log-database.ts';

jest.setTimeout(30_000);

describe('what holds readers of the log back', () => {
  let log: LogDatabase;
  let eventStore: PostgresEventStore;
  const open: pg.Client[] = [];

  beforeAll(async () => {
    log = await logDatabase();
    eventStore = new PostgresEventStore({ pool: log.poolOf('vault') });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((client) => client.end()));
  });
  afterAll(async () => {
    await eventStore.close();
    await log.close();
  });

  /** A session with a transaction that has an id and does nothing more. */
  const forgotten = async (connectionString: string, application: string) => {
    const client = new pg.Client({ connectionString, application_name: application });
    open.push(client);
    await client.connect();
    await client.query('begin');
    await client.query('select pg_current_xact_id()');
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    return { client, pid: rows[0]?.pid };
  };
  /** Other databases of the server may hold back the log for a moment. */
  const heldBackBy = async (pid: number | undefined): Promise<HeldBack> => {
    for (;;) {
      const held = await eventStore.heldBack();
      if (held?.by?.pid === pid && held !== undefined) return held;
    }
  };
  const append = () => eventStore.append(streamName('lease', newId()), [anEvent()], 'no-stream');

  it('is nobody while nothing waits, though a transaction may be open', async () => {
    await append();
    while ((await eventStore.heldBack()) !== undefined);
    await forgotten(log.database.adminUrl, 'report');
    expect(await eventStore.heldBack()).toBeUndefined();
  });

  it.each([
    ['of the same role', () => log.database.urlFor('vault'), 'keyledger_vault'],
    ['of another service', () => log.database.urlFor('approval'), 'keyledger_approval'],
    ['of an administrator', () => log.database.adminUrl, expect.any(String)],
  ])('is named: a session %s', async (_, urlOf, role) => {
    const { pid } = await forgotten(urlOf(), 'forgotten report');
    await append();
    const held = await heldBackBy(pid);
    expect(held).toEqual({
      forMs: expect.any(Number),
      by: {
        pid,
        role,
        database: expect.any(String),
        application: 'forgotten report',
        state: 'idle in transaction',
        openForMs: expect.any(Number),
      },
    });
    expect(held.by?.openForMs).toBeGreaterThanOrEqual(held.forMs);
  });

  it('is the oldest of several, also in another database', async () => {
    const elsewhere = new URL(log.database.adminUrl);
    elsewhere.pathname = '/postgres';
    const { pid } = await forgotten(elsewhere.toString(), 'backup');
    await forgotten(log.database.adminUrl, 'report');
    await append();
    expect((await heldBackBy(pid)).by).toMatchObject({ application: 'backup', database: 'postgres' });
  });

  it('is nobody when the transaction has ended', async () => {
    const { client } = await forgotten(log.database.adminUrl, 'report');
    await append();
    await client.query('rollback');
    while ((await eventStore.heldBack())?.by?.application === 'report');
  });

  it('is not told to others: roles see no more of sessions than they did', async () => {
    const { pid } = await forgotten(log.database.adminUrl, 'report');
    const { rows } = await log
      .poolOf('approval')
      .query('select query, state from pg_stat_activity where pid = $1', [pid]);
    expect(rows).toEqual([{ query: '<insufficient privilege>', state: null }]);
  });
});
