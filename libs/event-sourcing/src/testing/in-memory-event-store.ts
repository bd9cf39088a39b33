import { AppError } from '@keyledger/errors';
import {
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
  type ReadAllOptions,
  type ReadStreamOptions,
  type StreamStretch,
  type SubscribeOptions,
  type SubscriptionBatch,
  WrongExpectedRevision,
} from '../event-store.port.ts';
import { type NewEvent, type Position, positionOf, type RecordedEvent, type StreamName } from '../event.ts';
import { passes } from './passes.ts';

const DEFAULT_BATCH = 500;

/** An event store in memory for tests without I/O. Passes the same contract as the real ones. */
export class InMemoryEventStore implements EventStore {
  readonly #log: RecordedEvent[] = [];
  readonly #streams = new Map<StreamName, RecordedEvent[]>();
  readonly #closed = new AbortController();
  #wake = Promise.withResolvers<void>();

  append(stream: StreamName, events: readonly NewEvent[], expected: ExpectedRevision): Promise<AppendResult> {
    return Promise.resolve().then(() => this.#append(stream, events, expected));
  }

  #append(stream: StreamName, events: readonly NewEvent[], expected: ExpectedRevision): AppendResult {
    if (events.length === 0) throw new AppError('malformed', 'An append needs at least one event');
    const recorded = this.#streams.get(stream) ?? [];
    const start = expected === 'no-stream' ? 0 : Number(expected) + 1;
    if (recorded.length !== start) return this.#repeated(stream, recorded, events, expected, start);
    if (this.#log.some(({ id }) => events.some((event) => event.id === id))) {
      throw new AppError('append-overlap', `An event of this append to ${stream} is already stored elsewhere`);
    }
    for (const [index, event] of events.entries()) {
      const added = structuredClone(event);
      recorded.push({
        ...added,
        stream,
        revision: BigInt(start + index),
        position: positionOf(String(this.#log.length + 1).padStart(20, '0')),
        recordedAt: new Date().toISOString(),
      });
      this.#log.push(recorded[recorded.length - 1] as RecordedEvent);
    }
    this.#streams.set(stream, recorded);
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
    return resultOf(recorded[recorded.length - 1] as RecordedEvent);
  }

  #repeated(
    stream: StreamName,
    recorded: readonly RecordedEvent[],
    events: readonly NewEvent[],
    expected: ExpectedRevision,
    start: number,
  ): AppendResult {
    const same = events.filter((event, index) => recorded[start + index]?.id === event.id).length;
    if (same === events.length) return resultOf(recorded[start + same - 1] as RecordedEvent);
    if (recorded.some(({ id }) => events.some((event) => event.id === id))) {
      throw new AppError('append-overlap', `Stream ${stream} holds a part of this append`);
    }
    throw new WrongExpectedRevision(
      stream,
      expected,
      recorded.length === 0 ? 'no-stream' : BigInt(recorded.length - 1),
    );
  }

  async *readStream(stream: StreamName, options: ReadStreamOptions = {}): AsyncIterable<RecordedEvent> {
    const { direction = 'forwards', from, limit = Infinity } = options;
    const events = [...(this.#streams.get(stream) ?? [])];
    if (direction === 'backwards') events.reverse();
    const wanted = events.filter(({ revision }) =>
      from === undefined ? true : direction === 'forwards' ? revision >= from : revision <= from,
    );
    yield* wanted.slice(0, limit);
  }

  async *readStreams(stretches: readonly StreamStretch[]): AsyncIterable<RecordedEvent> {
    for (const { stream, from } of stretches) yield* this.readStream(stream, { from });
  }

  async *readAll({ after, filter }: ReadAllOptions = {}): AsyncIterable<RecordedEvent> {
    yield* this.#log.filter((event) => (after === undefined || event.position > after) && passes(filter, event));
  }

  async *subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionBatch> {
    const { after, filter, maxBatchSize = DEFAULT_BATCH } = options;
    const stop = AbortSignal.any([options.signal, this.#closed.signal]);
    const stopped = new Promise<void>((resolve) => {
      if (stop.aborted) resolve();
      stop.addEventListener('abort', () => resolve(), { once: true });
    });
    let next = after === undefined ? 0 : this.#log.filter(({ position }) => position <= after).length;
    let announced = false;
    while (!stop.aborted) {
      const wake = this.#wake.promise;
      const page = this.#log.slice(next, next + maxBatchSize);
      if (page.length > 0 || !announced) {
        next += page.length;
        announced = next === this.#log.length;
        const checkpoint: Position | undefined = this.#log[next - 1]?.position;
        yield {
          events: page.filter((event) => passes(filter, event)),
          ...(checkpoint === undefined ? {} : { checkpoint }),
          isCaughtUp: announced,
        };
      } else {
        await Promise.race([wake, stopped]);
      }
    }
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#closed.abort();
    return Promise.resolve();
  }
}

const resultOf = ({ revision, position }: RecordedEvent): AppendResult => ({ revision, position });
