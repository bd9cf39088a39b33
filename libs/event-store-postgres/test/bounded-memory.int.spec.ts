import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type EventStore, type Position, type RecordedEvent, type StreamName } from '@keyledger/event-sourcing';
import { anyStream, events, mark } from '@keyledger/event-sourcing/testing';
import type pg from 'pg';
import { PostgresEventStore } from '../src/index.ts';
import { logDatabase, type LogDatabase } from './log-database.ts';

jest.setTimeout(30_000);

const EVENTS = 5_000;
const PAGE = 100;

/** Counts the events that were fetched through a pool. */
const countingPool = (pool: pg.Pool): { pool: pg.Pool; fetched: () => number } => {
  let rows = 0;
  const counting = new Proxy(pool, {
    get: (target, name) =>
      name === 'query'
        ? async (statement: pg.QueryConfig) => {
            const result = await target.query(statement);
            if (statement.name?.startsWith('event-store-read') === true) rows += result.rows.length;
            return result;
          }
        : (Reflect.get(target, name, target) as unknown),
  });
  return { pool: counting, fetched: () => rows };
};

describe('reading a long stream', () => {
  let log: LogDatabase;
  let eventStore: EventStore;
  let fetched: () => number;
  let start: Position;
  const stream: StreamName = anyStream();

  beforeAll(async () => {
    log = await logDatabase();
    const counting = countingPool(log.poolOf('vault'));
    ({ fetched } = counting);
    eventStore = new PostgresEventStore({ pool: counting.pool, pageSize: PAGE });
    start = await mark(eventStore);
    for (let from = 0; from < EVENTS; from += 500) {
      await eventStore.append(stream, events(500), from === 0 ? 'no-stream' : BigInt(from - 1));
    }
  });

  afterAll(async () => {
    await eventStore.close();
    await log.close();
  });

  /** Reads everything and returns the greatest number of rows that were fetched and not yet consumed. */
  const mostHeld = async (list: AsyncIterable<RecordedEvent>): Promise<number> => {
    const before = fetched();
    let consumed = 0;
    let most = 0;
    for await (const event of list) {
      expect(event.stream).toBe(stream);
      most = Math.max(most, fetched() - before - consumed);
      consumed += 1;
    }
    expect(consumed).toBe(EVENTS);
    return most;
  };

  it.each(['forwards', 'backwards'] as const)('%s holds one page of it', async (direction) => {
    expect(await mostHeld(eventStore.readStream(stream, { direction }))).toBeLessThanOrEqual(PAGE);
  });

  it('among several streams holds one page of it', async () => {
    const stretches = [anyStream(), stream, anyStream()].map((each) => ({ stream: each, from: 0n }));
    expect(await mostHeld(eventStore.readStreams(stretches))).toBeLessThanOrEqual(PAGE);
  });

  it('as a part of the whole log holds one page of it', async () => {
    expect(await mostHeld(eventStore.readAll({ after: start }))).toBeLessThanOrEqual(PAGE);
  });

  it('by subscription holds one batch of it, and reads the next only on demand', async () => {
    const stop = new AbortController();
    const before = fetched();
    let consumed = 0;
    const options = { after: start, maxBatchSize: PAGE, signal: stop.signal };
    for await (const batch of eventStore.subscribe(options)) {
      consumed += batch.events.length;
      expect(fetched() - before - consumed).toBe(0);
      if (consumed === EVENTS) stop.abort();
    }
  });

  it('fetches no more than it was asked for', async () => {
    const before = fetched();
    for await (const { revision } of eventStore.readStream(stream, { limit: 3 })) expect(revision).toBeLessThan(3n);
    expect(fetched() - before).toBe(3);
  });
});
