import { AppError } from '@keyledger/errors';
import {
  type AppendResult,
  categoryOf,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  type StreamName,
  type StreamStretch,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '@keyledger/event-sourcing';
import type pg from 'pg';
import { AppendQueue } from './append-queue.ts';
import { appendAll } from './append-statement.ts';
import { translated } from './database-fault.ts';
import { eventStorePool } from './event-store-pool.ts';
import { type HeldBack, heldBack } from './held-back.ts';
import { hasUnsettled, LogCursor } from './log-cursor.ts';
import { BEGINNING, toPlace } from './position.ts';
import { storableEvents } from './storable.ts';
import { readStream, readStreams } from './stream-reader.ts';
import { subscription } from './subscription.ts';
import { pause, WakeUp } from './wake-up.ts';

export interface PostgresEventStoreOptions {
  /**
   * Of at least two connections, one of which listens. The caller listens to its errors and ends it, unless `endsPool`.
   */
  readonly pool: pg.Pool;
  /** True when closing the store ends the pool; default false. */
  readonly endsPool?: boolean;
  /** Events read ahead of the consumer at most; default 500. */
  readonly pageSize?: number;
  /** Concurrent appends share transactions; default true. */
  readonly coalesce?: boolean;
}

const PAGE = 500;

/** Transactions under way at once: one is executed or waits for the disk while the next is prepared. */
const FLIGHTS = 2;
const APPENDS_PER_FLIGHT = 256;

/** Where appends share no transactions. More at once make each other slower: they end in the same pages of the indexes. */
const LONE_FLIGHTS = 16;

/** How long `readAll` waits for a transaction of somebody else that holds back events. */
const UNSETTLED_PATIENCE_MS = 15_000;
const UNSETTLED_MS = 5;

/** The event log in PostgreSQL; see `migrations/` for how the order and the access rights are kept. */
export class PostgresEventStore implements EventStore, AsyncDisposable {
  readonly #pool: pg.Pool;
  readonly #endsPool: boolean;
  readonly #pageSize: number;
  readonly #queue: AppendQueue;
  readonly #wakeUp: WakeUp;
  readonly #closed = new AbortController();

  constructor({ pool, endsPool = false, pageSize = PAGE, coalesce = true }: PostgresEventStoreOptions) {
    this.#pool = pool;
    this.#endsPool = endsPool;
    this.#pageSize = pageSize;
    this.#wakeUp = new WakeUp(pool);
    this.#queue = new AppendQueue({
      appendAll: (appends) => appendAll(pool, appends),
      onWritten: (appends) => this.#wakeUp.poke(appends.map(({ stream }) => categoryOf(stream))),
      maxFlights: coalesce ? FLIGHTS : LONE_FLIGHTS,
      maxAppends: coalesce ? APPENDS_PER_FLIGHT : 1,
    });
  }

  async append(stream: StreamName, events: readonly NewEvent[], expected: ExpectedRevision): Promise<AppendResult> {
    return this.#queue.add({ stream, events: storableEvents(stream, events), expected });
  }

  readStream(stream: StreamName, options: ReadStreamOptions = {}): AsyncIterable<RecordedEvent> {
    return readStream(this.#pool, stream, options, this.#pageSize);
  }

  readStreams(stretches: readonly StreamStretch[]): AsyncIterable<RecordedEvent> {
    return readStreams(this.#pool, stretches, this.#pageSize);
  }

  async *readAll({ after, filter }: ReadAllOptions = {}): AsyncIterable<RecordedEvent> {
    const cursor = new LogCursor(this.#pool, after === undefined ? BEGINNING : toPlace(after), filter);
    const first = await cursor.next(this.#pageSize);
    const goal = BigInt(first.newestTx ?? 0);
    const deadline = performance.now() + UNSETTLED_PATIENCE_MS;
    for (let page = first; ; page = await cursor.next(this.#pageSize)) {
      yield* page.events;
      if (!page.isEnd) continue;
      if (BigInt(page.end.tx) >= goal || !hasUnsettled(page)) return;
      if (performance.now() > deadline) {
        throw new AppError('unavailable', 'A transaction of another session holds back events of the log');
      }
      await pause(UNSETTLED_MS, this.#closed.signal);
      if (this.#closed.signal.aborted) throw new AppError('unavailable', 'The event store is closed');
    }
  }

  async *subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionBatch> {
    const start = options.after === undefined ? BEGINNING : toPlace(options.after);
    this.#wakeUp.listen();
    const hints = this.#wakeUp.watch(options.filter?.categories);
    try {
      const stop = AbortSignal.any([options.signal, this.#closed.signal]);
      yield* subscription(new LogCursor(this.#pool, start, options.filter), start, hints, options, stop);
    } finally {
      this.#wakeUp.forget(hints);
    }
  }

  async ping(): Promise<void> {
    await translated(this.#pool.query('select'));
  }

  /** Events that are committed and not given to readers yet, because an older transaction still runs: see `HeldBack`. */
  heldBack(): Promise<HeldBack | undefined> {
    return heldBack(this.#pool);
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#queue.drained();
    await this.#wakeUp.close();
    if (this.#endsPool && !this.#pool.ending) await this.#pool.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Opens a store with connections of its own, which end with it. */
export const openPostgresEventStore = (url: string): PostgresEventStore =>
  new PostgresEventStore({ pool: eventStorePool(url), endsPool: true });
