import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AppError } from '@keyledger/errors';
import type { EventStore } from '@keyledger/event-sourcing';
import { anEvent, anyStream, events, follow, idsOf, mark, toArray } from '@keyledger/event-sourcing/testing';
import { freePort } from '@keyledger/testing';
import { eventStorePool, openPostgresEventStore, PostgresEventStore } from '../src/index.ts';
import { logDatabase, type LogDatabase } from './log-database.ts';

jest.setTimeout(30_000);

const FAULT = { code: 'unavailable' };

describe('a store whose connections break', () => {
  let log: LogDatabase;
  let eventStore: EventStore;

  beforeAll(async () => {
    log = await logDatabase();
  });

  beforeEach(() => {
    eventStore = new PostgresEventStore({ pool: log.poolOf('vault') });
  });

  afterEach(() => eventStore.close());

  afterAll(() => log.close());

  const sessions = `from pg_stat_activity where datname = current_database() and usename = 'keyledger_vault'`;

  const cut = async (which = ''): Promise<number> => {
    const { rowCount } = await log.admin.query(`select pg_terminate_backend(pid) ${sessions} ${which}`);
    return rowCount ?? 0;
  };

  const LISTENING = `and query like 'listen %'`;

  /** Resolves when another session listens than any of `before`. */
  const newListener = async (before: readonly number[] = []): Promise<number[]> => {
    for (;;) {
      const { rows } = await log.admin.query<{ pid: number }>(`select pid ${sessions} ${LISTENING}`);
      const pids = rows.map(({ pid }) => pid);
      if (pids.some((pid) => !before.includes(pid))) return pids;
    }
  };

  it('bridges it in a subscription, without loss, double or disorder', async () => {
    const after = await mark(eventStore);
    const rounds = 15;
    const following = follow(eventStore, { after }, ({ length }) => length === rounds * 20);
    const written: string[] = [];
    const writer = new PostgresEventStore({ pool: log.poolOf('vault') });
    for (let round = 0; round < rounds; round += 1) {
      const list = events(20);
      const stream = anyStream();
      const append = async (): Promise<void> => {
        await writer.append(stream, list, 'no-stream');
      };
      const appending = append();
      await cut();
      // Whether it was written is unknown after the cut; repeating is safe.
      await appending.catch(async (error: unknown) => {
        expect(error).toMatchObject(FAULT);
        for (let isWritten = false; !isWritten;) isWritten = await append().then(() => true, isCut);
      });
      written.push(...idsOf(list));
    }
    expect(idsOf(await following)).toEqual(written);
    await writer.close();
  });

  const isCut = (error: unknown): false => {
    expect(error).toMatchObject(FAULT);
    return false;
  };

  it('listens again', async () => {
    const after = await mark(eventStore);
    const following = follow(eventStore, { after }, ({ length }) => length === 3);
    let listeners = await newListener();
    for (let round = 0; round < 3; round += 1) {
      expect(await cut(LISTENING)).toBe(1);
      listeners = await newListener(listeners);
      const other = new PostgresEventStore({ pool: log.poolOf('vault') });
      await other.append(anyStream(), [anEvent()], 'no-stream');
      await other.close();
    }
    expect(await following).toHaveLength(3);
  });

  it('stops listening when it is closed', async () => {
    const stop = new AbortController();
    for await (const { isCaughtUp } of eventStore.subscribe({ signal: stop.signal })) {
      if (isCaughtUp) {
        await newListener();
        stop.abort();
      }
    }
    await eventStore.close();
    const listeners = async (): Promise<number> =>
      (await log.admin.query(`select ${sessions} ${LISTENING}`)).rowCount ?? 0;
    let left = await listeners();
    while (left > 0) left = await listeners(); // the session ends in its own time, or the test does
    expect(left).toBe(0);
  });

  it('may be closed at any moment of beginning to listen', async () => {
    for (let turns = 0; turns < 40; turns += 1) {
      const pool = log.poolOf('vault');
      const store = new PostgresEventStore({ pool });
      const reading = toArray(store.subscribe({ signal: new AbortController().signal }));
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      await store.close();
      await reading;
      await pool.end(); // waits for every connection to be given back
    }
  });

  it('reports a read that was cut as unavailable and reads again afterwards', async () => {
    const stream = anyStream();
    await eventStore.append(stream, events(3), 'no-stream');
    const held = new PostgresEventStore({ pool: log.poolOf('vault'), pageSize: 1 });
    const reading = held.readStream(stream)[Symbol.asyncIterator]();
    await reading.next();
    await log.admin.query(`alter database ${log.database.name} connection limit 0`);
    try {
      await cut();
      await expect(reading.next().then(() => reading.next())).rejects.toMatchObject(FAULT);
      await expect(held.ping()).rejects.toMatchObject(FAULT);
    } finally {
      await log.admin.query(`alter database ${log.database.name} connection limit -1`);
    }
    expect(await toArray(held.readStream(stream))).toHaveLength(3);
    await held.close();
  });

  it('does not leave a transaction open for long or a statement running for ever', async () => {
    const pool = eventStorePool(log.database.urlFor('vault'), { max: 1, applicationName: 'vault' });
    const { rows } = await pool.query<{ name: string; setting: string }>(
      `select name, setting from pg_settings
        where name in ('idle_in_transaction_session_timeout', 'statement_timeout', 'application_name') order by name`,
    );
    expect(rows.map(({ setting }) => setting)).toEqual(['vault', '10000', '30000']);
    await pool.end();
  });

  it('finishes the appends that are under way when it is closed', async () => {
    const streams = Array.from({ length: 50 }, () => anyStream());
    const appending = streams.map((stream) => eventStore.append(stream, [anEvent()], 'no-stream'));
    await eventStore.close();
    expect((await Promise.all(appending)).every(({ revision }) => revision === 0n)).toBe(true);
  });
});

describe('a store whose server is not there', () => {
  it('is unavailable in every method', async () => {
    const eventStore = openPostgresEventStore(`postgres://keyledger_vault@127.0.0.1:${await freePort()}/keyledger`);
    const stream = anyStream();
    await expect(eventStore.ping()).rejects.toMatchObject(FAULT);
    await expect(eventStore.append(stream, [anEvent()], 'no-stream')).rejects.toMatchObject(FAULT);
    await expect(toArray(eventStore.readStream(stream))).rejects.toMatchObject(FAULT);
    await expect(toArray(eventStore.readAll())).rejects.toBeInstanceOf(AppError);
    await eventStore.close();
  });

  it('leaves a subscription waiting, which ends with its signal', async () => {
    const eventStore = openPostgresEventStore(`postgres://keyledger_vault@127.0.0.1:${await freePort()}/keyledger`);
    const stop = new AbortController();
    const waiting = toArray(eventStore.subscribe({ signal: stop.signal }));
    await expect(eventStore.ping()).rejects.toMatchObject(FAULT);
    stop.abort();
    expect(await waiting).toEqual([]);
    await eventStore.close();
  });
});
