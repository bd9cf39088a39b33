import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { categoryOf, type EventStore, type Position, type StreamName } from '@keyledger/event-sourcing';
import { anEvent, anyStream, anyType, follow, idsOf, mark, toArray } from '@keyledger/event-sourcing/testing';
import type pg from 'pg';
import { PostgresEventStore } from '../src/index.ts';
import { hasUnsettled, LogCursor } from '../src/log-cursor.ts';
import { toPlace } from '../src/position.ts';
import { logDatabase, type LogDatabase } from './log-database.ts';

jest.setTimeout(30_000);

describe('the order of the log', () => {
  let log: LogDatabase;
  let pool: pg.Pool;
  let eventStore: EventStore;
  let start: Position;

  beforeAll(async () => {
    log = await logDatabase();
    pool = log.poolOf('vault');
    eventStore = new PostgresEventStore({ pool });
  });

  beforeEach(async () => {
    start = await mark(eventStore);
  });

  afterAll(async () => {
    await eventStore.close();
    await log.close();
  });

  /** A writer that holds its transaction open; its place in the log is taken when it begins. */
  const slowWriter = async () => {
    const client = await pool.connect();
    await client.query('begin');
    await client.query('select pg_current_xact_id()');
    return {
      append: async (stream: StreamName = anyStream()): Promise<string> => {
        const { id, type, schemaVersion, data, metadata } = anEvent('Slow');
        const values = [stream, '-1', id, type, schemaVersion, JSON.stringify(data), JSON.stringify(metadata)];
        await client.query('select event_store.append_one($1, $2, $3, $4, $5, $6, $7)', values);
        return id;
      },
      end: async (how: 'commit' | 'rollback' = 'commit'): Promise<void> => {
        await client.query(how);
        client.release();
      },
    };
  };

  const appendOne = async (): Promise<string> => {
    const event = anEvent('Quick');
    await eventStore.append(anyStream(), [event], 'no-stream');
    return event.id;
  };

  it('holds back what was committed while an older transaction can still write before it', async () => {
    const slow = await slowWriter();
    const quick = await appendOne();
    const cursor = new LogCursor(pool, toPlace(start));
    const early = await cursor.next(100);
    expect(early).toMatchObject({ events: [], isEnd: true });
    expect(hasUnsettled(early)).toBe(true);
    const late = await slow.append();
    await slow.end();
    expect(await untilSettled(cursor)).toEqual([late, quick]);
  });

  it('loses nothing to a live subscriber when later places are committed first', async () => {
    const written: string[] = [];
    const rounds = 40;
    const following = follow(eventStore, { after: start }, ({ length }) => length === rounds * 4);
    for (let round = 0; round < rounds; round += 1) {
      const slow = await slowWriter();
      const quick = [await appendOne(), await appendOne()];
      const late = [await slow.append(), await slow.append()];
      await slow.end();
      written.push(...late, ...quick);
    }
    expect(idsOf(await following)).toEqual(written);
  });

  it('goes on when the older transaction is rolled back', async () => {
    const slow = await slowWriter();
    const following = follow(eventStore, { after: start }, ({ length }) => length === 1);
    const quick = await appendOne();
    await slow.append();
    await slow.end('rollback');
    expect(idsOf(await following)).toEqual([quick]);
  });

  it('makes readAll wait for the older transaction instead of ending before an append that has resolved', async () => {
    const slow = await slowWriter();
    const quick = await appendOne();
    const reading = toArray(eventStore.readAll({ after: start }));
    const late = await slow.append();
    await slow.end();
    expect(idsOf(await reading)).toEqual([late, quick]);
  });

  it('lets a readAll that waits end with its store', async () => {
    const slow = await slowWriter();
    await appendOne();
    const other = new PostgresEventStore({ pool });
    const reading = toArray(other.readAll({ after: start }));
    await Promise.all([expect(reading).rejects.toMatchObject({ code: 'unavailable' }), other.close()]);
    await slow.end('rollback');
  });

  it('says that it has not caught up while events are held back', async () => {
    const slow = await slowWriter();
    const quick = await appendOne();
    const batches: { ids: string[]; isCaughtUp: boolean }[] = [];
    const release = new AbortController();
    const following = (async () => {
      for await (const { events, isCaughtUp } of eventStore.subscribe({ after: start, signal: release.signal })) {
        batches.push({ ids: idsOf(events), isCaughtUp });
        if (isCaughtUp) release.abort();
      }
    })();
    const late = await slow.append();
    await slow.end();
    await following;
    expect(batches.flatMap(({ ids }) => ids)).toEqual([late, quick]);
    expect(batches.slice(0, -1).every(({ isCaughtUp }) => !isCaughtUp)).toBe(true);
  });

  it('is kept where transaction ids get one more digit', async () => {
    await burnTransactionIds(log.admin, 10_010);
    const stream = anyStream();
    const type = anyType('Crossing');
    for (const [revision, tx] of [9_998, 9_999, 10_000, 10_001].entries()) {
      const { id, data, metadata } = anEvent();
      await log.admin.query(
        `insert into event_store.events
          (tx, stream, category, revision, event_id, type, schema_version, data, metadata)
          values ($1, $2, $3, $4, $5, $6, 1, $7, $8)`,
        [tx, stream, categoryOf(stream), revision, id, type, JSON.stringify(data), JSON.stringify(metadata)],
      );
    }
    const filter = { types: [type] };
    const seen = await toArray(eventStore.readAll({ filter }));
    expect(seen.map(({ revision }) => revision)).toEqual([0n, 1n, 2n, 3n]);
    const positions = seen.map(({ position }) => position);
    expect(positions).toEqual([...positions].sort());
    for (const [index, after] of positions.entries()) {
      const rest = await follow(eventStore, { after, filter }, (_, { isCaughtUp }) => isCaughtUp);
      expect(idsOf(rest)).toEqual(idsOf(seen.slice(index + 1)));
    }
  });

  it('is the same after a restored log was renumbered, and the log grows behind it', async () => {
    const restoredLog = await logDatabase();
    const store = new PostgresEventStore({ pool: restoredLog.poolOf('vault') });
    const streams = Array.from({ length: 5 }, () => anyStream());
    for (let round = 0; round < 4; round += 1) {
      const expected = round === 0 ? 'no-stream' : BigInt(round - 1);
      await Promise.all(streams.map((stream) => store.append(stream, [anEvent()], expected)));
    }
    const before = idsOf(await toArray(store.readAll()));
    // The other server had given out far more transaction ids, and its sessions numbered in blocks.
    await restoredLog.admin.query(`update event_store.events
      set tx = (tx::text::bigint + 1000000000000)::text::xid8, position = 1000 - position`);
    const expected = await restoredLog.admin.query<{ id: string }>(
      'select event_id as id from event_store.events e order by e.tx, e.position',
    );
    await restoredLog.admin.query('select event_store.renumber()');
    const restored = idsOf(await toArray(store.readAll()));
    expect(restored).toEqual(idsOf(expected.rows));
    expect([...restored].sort()).toEqual([...before].sort());
    const [stream] = streams;
    const { position } = await store.append(stream!, [anEvent()], 3n);
    expect((await toArray(store.readAll())).at(-1)?.position).toBe(position);
    await store.close();
    await restoredLog.close();
  });
});

/** The rest of the log, also while transactions in other databases of the server hold back its end. */
const untilSettled = async (cursor: LogCursor): Promise<string[]> => {
  const ids: string[] = [];
  for (;;) {
    const page = await cursor.next(100);
    ids.push(...idsOf(page.events));
    if (page.isEnd && !hasUnsettled(page)) return ids;
  }
};

/** Makes sure that the server has given out transaction id `upTo`. A subtransaction that writes takes one. */
const burnTransactionIds = async (admin: pg.Pool, upTo: number): Promise<void> => {
  const { rows } = await admin.query<{ now: string }>('select pg_current_xact_id()::text as now');
  const missing = upTo - Number(rows[0]?.now);
  if (missing <= 0) return;
  await admin.query('create table burnt (n integer)');
  await admin.query(`do $$ begin
    for n in 1..${missing} loop
      begin
        insert into burnt values (n);
      exception when others then
        raise;
      end;
    end loop;
  end $$`);
  await admin.query('drop table burnt');
};
