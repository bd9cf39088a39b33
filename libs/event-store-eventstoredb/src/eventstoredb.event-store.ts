import {
  BACKWARDS,
  END,
  type EventStoreDBClient,
  eventTypeFilter,
  excludeSystemEvents,
  type Filter,
  FORWARDS,
  NO_STREAM,
  START,
  type StreamingRead,
  StreamNotFoundError,
  streamNameFilter,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { AppError, isTransient } from '@keyledger/errors';
import {
  type AppendResult,
  categoryOf,
  type EventFilter,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  type StreamName,
  type StreamStretch,
  type SubscribeOptions,
  type SubscriptionBatch,
  WrongExpectedRevision,
} from '@keyledger/event-sourcing';
import { setTimeout as wait } from 'node:timers/promises';
import { toFault } from './faults.ts';
import { decodePosition, encodePosition, type LogPosition } from './positions.ts';
import { isSystemEvent, toRecordedEvent, toServerEvent } from './records.ts';
import { SubscriptionBatches } from './subscription-batches.ts';

const DEFAULT_BATCH = 500;

/** Streams that are read side by side, and how much of each is held until its turn comes. */
const READ_AT_ONCE = 16;
const PAGE = 100;

/** Pauses between attempts to open a lost subscription again, in milliseconds. */
const RECONNECT_MS = [100, 250, 500, 1_000, 2_000, 5_000] as const;

const passes = (filter: EventFilter | undefined, { stream, type }: RecordedEvent): boolean =>
  (filter?.categories?.includes(categoryOf(stream)) ?? true) && (filter?.types?.includes(type) ?? true);

/**
 * The event store on EventStoreDB or KurrentDB, 23.10 or newer (older servers do not say when a subscription has caught
 * up). The server's documented idempotence covers a repeated append with an exact expected revision.
 */
export class EventStoreDbEventStore implements EventStore {
  readonly #client: EventStoreDBClient;
  readonly #closed = new AbortController();

  /** Takes the client over and disposes of it in `close`. */
  constructor(client: EventStoreDBClient) {
    this.#client = client;
  }

  async append(stream: StreamName, events: readonly NewEvent[], expected: ExpectedRevision): Promise<AppendResult> {
    if (events.length === 0) throw new AppError('malformed', 'An append needs at least one event');
    const start = expected === 'no-stream' ? 0n : expected + 1n;
    try {
      const { position } = await this.#client.appendToStream(stream, events.map(toServerEvent), {
        expectedRevision: expected === 'no-stream' ? NO_STREAM : expected,
      });
      const revision = start + BigInt(events.length) - 1n;
      // A repetition is answered without a usable position on some servers; the event itself knows it.
      if (position !== undefined && position.commit > 0n) return { revision, position: encodePosition(position) };
      return { revision, position: await this.#positionOf(stream, revision) };
    } catch (error) {
      if (!(error instanceof WrongExpectedVersionError)) throw toFault(error);
      throw await this.#conflict(stream, events, expected);
    }
  }

  /** Tells a repetition of a part from a plain conflict: both are the same answer of the server. */
  async #conflict(stream: StreamName, events: readonly NewEvent[], expected: ExpectedRevision): Promise<AppError> {
    const ids = new Set(events.map(({ id }) => id));
    let actual: ExpectedRevision = 'no-stream';
    for await (const { id, revision } of this.readStream(stream)) {
      if (ids.has(id)) return new AppError('append-overlap', `Stream ${stream} holds a part of this append`);
      actual = revision;
    }
    return new WrongExpectedRevision(stream, expected, actual);
  }

  async #positionOf(stream: StreamName, revision: bigint): Promise<Position> {
    for await (const { position } of this.readStream(stream, { from: revision, limit: 1 })) return position;
    throw new AppError('unavailable', `Stream ${stream} cannot be read where it was just written; repeat the append`);
  }

  async *readStream(stream: StreamName, options: ReadStreamOptions = {}): AsyncIterable<RecordedEvent> {
    const { direction = 'forwards', from, limit } = options;
    const isForwards = direction === 'forwards';
    try {
      const reading = this.#client.readStream(stream, {
        direction: isForwards ? FORWARDS : BACKWARDS,
        fromRevision: from ?? (isForwards ? START : END),
        ...(limit === undefined ? {} : { maxCount: limit }),
      });
      for await (const { event } of items(reading)) if (event !== undefined) yield toRecordedEvent(event);
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw toFault(error);
    }
  }

  /** The server has no call for several streams; some are read side by side, and given in the order in which they were named. */
  async *readStreams(stretches: readonly StreamStretch[]): AsyncIterable<RecordedEvent> {
    for (let next = 0; next < stretches.length; next += READ_AT_ONCE) {
      const readings = stretches
        .slice(next, next + READ_AT_ONCE)
        .map(({ stream, from }) => this.#firstPage(stream, from));
      for (const [index, reading] of (await Promise.all(readings)).entries()) {
        yield* reading;
        const last = reading.at(-1);
        const { stream } = stretches[next + index] as StreamStretch;
        if (last !== undefined && reading.length === PAGE) yield* this.readStream(stream, { from: last.revision + 1n });
      }
    }
  }

  async #firstPage(stream: StreamName, from: bigint): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const event of this.readStream(stream, { from, limit: PAGE })) events.push(event);
    return events;
  }

  async *readAll({ after, filter }: ReadAllOptions = {}): AsyncIterable<RecordedEvent> {
    try {
      const reading = this.#client.readAll({ fromPosition: after === undefined ? START : decodePosition(after) });
      for await (const { event } of items(reading)) {
        if (event === undefined || isSystemEvent(event)) continue;
        const recorded = toRecordedEvent(event);
        // Reading begins with the event at the given position, which was seen already.
        if ((after === undefined || recorded.position > after) && passes(filter, recorded)) yield recorded;
      }
    } catch (error) {
      throw toFault(error);
    }
  }

  async *subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionBatch> {
    const stop = AbortSignal.any([options.signal, this.#closed.signal]);
    let { after } = options;
    for (let lost = 0; !stop.aborted; lost += 1) {
      try {
        for await (const batch of this.#subscribeOnce(
          { ...options, ...(after === undefined ? {} : { after }) },
          stop,
        )) {
          lost = 0;
          after = batch.checkpoint ?? after;
          yield batch;
        }
      } catch (error) {
        const fault = toFault(error);
        if (!isTransient(fault)) throw fault;
      }
      const pause = RECONNECT_MS[Math.min(lost, RECONNECT_MS.length - 1)];
      if (!stop.aborted) await wait(pause, undefined, { signal: stop }).catch(() => undefined);
    }
  }

  /** One connection's worth of a subscription; ends when `stop` aborts or the server closes it. */
  async *#subscribeOnce(options: SubscribeOptions, stop: AbortSignal): AsyncIterable<SubscriptionBatch> {
    const { after, filter, maxBatchSize = DEFAULT_BATCH } = options;
    let checkpoint = after;
    const subscription = this.#client.subscribeToAll(
      {
        fromPosition: after === undefined ? START : decodePosition(after),
        filter: serverFilter(filter, (position) => batches.searched(position)),
      },
      { highWaterMark: maxBatchSize },
    );
    const batches = new SubscriptionBatches(subscription, maxBatchSize);
    const end = (): void => batches.end();
    stop.addEventListener('abort', end);
    try {
      for (let batch = await batches.next(); batch !== undefined; batch = await batches.next()) {
        const events = batch.events.flatMap(({ event }) =>
          event === undefined || isSystemEvent(event) ? [] : [toRecordedEvent(event)],
        );
        checkpoint =
          batch.searched === undefined ? (events.at(-1)?.position ?? checkpoint) : encodePosition(batch.searched);
        yield {
          events: events.filter((event) => passes(filter, event)),
          isCaughtUp: batch.isCaughtUp,
          ...(checkpoint === undefined ? {} : { checkpoint }),
        };
      }
    } finally {
      stop.removeEventListener('abort', end);
      subscription.on('error', () => undefined).resume();
      await subscription.unsubscribe().catch(() => undefined);
    }
  }

  async ping(): Promise<void> {
    try {
      const reading = this.#client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 });
      for await (const _event of items(reading)) break;
    } catch (error) {
      throw toFault(error);
    }
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#client.dispose();
  }
}

/**
 * The items of a reading that may be left early. What is still on its way is let through to nowhere: a paused connection
 * would never report its end, and `dispose` of the client waits for that.
 */
async function* items<Item>(reading: StreamingRead<Item>): AsyncIterable<Item> {
  try {
    yield* reading.iterator({ destroyOnReturn: false });
  } finally {
    reading.on('error', () => undefined).resume();
    await reading.cancel();
  }
}

/**
 * The server filters by stream or by type, not by both; the rest is done here. Its checkpoints arrive every 32 events
 * that it searched (its default window), so a filtered checkpoint may lag behind by that much.
 */
const serverFilter = (filter: EventFilter | undefined, searched: (position: LogPosition) => void): Filter => {
  const checkpointReached = (_subscription: unknown, position: LogPosition): void => searched(position);
  const checkpoints = { checkpointInterval: 1, checkpointReached };
  if (filter?.categories !== undefined) {
    return streamNameFilter({ ...checkpoints, prefixes: filter.categories.map((category) => `${category}-`) });
  }
  if (filter?.types !== undefined)
    return eventTypeFilter({ ...checkpoints, regex: `^(${filter.types.map(escape).join('|')})$` });
  return excludeSystemEvents(checkpoints);
};

const escape = (text: string): string => text.replaceAll(/[^A-Za-z0-9_]/g, '\\$&');
