import { AppError } from '@keyledger/errors';
import type { NewEvent, Position, RecordedEvent, StreamName } from './event.ts';

/** The revision that the writer has seen. There is no way to say "any". */
export type ExpectedRevision = 'no-stream' | bigint;

export interface AppendResult {
  /** Revision of the last event of the append. */
  readonly revision: bigint;
  /** Position of the last event; readers that reached it have seen the whole append. */
  readonly position: Position;
}

/** Both lists are alternatives joined by "and"; an absent list lets everything pass. */
export interface EventFilter {
  readonly categories?: readonly string[];
  readonly types?: readonly string[];
}

export interface ReadStreamOptions {
  /** First revision to return; default: the first, or the last when reading backwards. */
  readonly from?: bigint;
  readonly direction?: 'forwards' | 'backwards';
  readonly limit?: number;
}

/** One stream from a revision on. */
export interface StreamStretch {
  readonly stream: StreamName;
  readonly from: bigint;
}

export interface ReadAllOptions {
  /** Exclusive; absent means from the beginning. */
  readonly after?: Position;
  readonly filter?: EventFilter;
}

export interface SubscribeOptions extends ReadAllOptions {
  /** Ends the subscription; the iteration then finishes without an error. */
  readonly signal: AbortSignal;
  /** Upper bound of events in one batch; default 500. */
  readonly maxBatchSize?: number;
  /**
   * For a follower that is in no hurry: a live event may be kept for this time, in milliseconds, so that more come with it.
   * Default 0; an implementation may also deliver at once.
   */
  readonly gatherMs?: number;
}

export interface SubscriptionBatch {
  /** In order of position. Empty when only the checkpoint moved or the subscription caught up. */
  readonly events: readonly RecordedEvent[];
  /** All events up to and including this position have been delivered or filtered out. Absent in an empty log. */
  readonly checkpoint?: Position;
  /** True when nothing more was known at the moment of reading; later batches arrive as events are written. */
  readonly isCaughtUp: boolean;
}

/**
 * The log of facts. Every implementation passes `eventStoreContract`.
 *
 * Errors of all methods: `unavailable` when the store cannot be reached (the outcome of an append is then unknown and
 * repeating it is safe), `forbidden` when this client may not touch the category.
 */
export interface EventStore {
  /**
   * Writes all events or none. Throws `WrongExpectedRevision` when the stream is not at `expected`. Repeating an append
   * (same ids, same expected revision) succeeds with the first result and writes nothing, however far the stream has
   * moved on; a repetition of only a part, or in another order, throws `append-overlap`. Events may be read as soon as
   * the promise resolves.
   */
  append(stream: StreamName, events: readonly NewEvent[], expected: ExpectedRevision): Promise<AppendResult>;

  /** Events of one stream in order; nothing for a stream that does not exist. Memory is bounded by a page. */
  readStream(stream: StreamName, options?: ReadStreamOptions): AsyncIterable<RecordedEvent>;

  /**
   * Events of several streams, those of each in order and together; nothing for a stream that does not exist or has no
   * revision so high. The streams are distinct. Each stream is read as it is at some moment of the reading, not all at the
   * same. Memory is bounded by some pages.
   */
  readStreams(stretches: readonly StreamStretch[]): AsyncIterable<RecordedEvent>;

  /** All events in order of position up to the moment of the last page read. Memory is bounded by a page. */
  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent>;

  /**
   * Catches up, then stays live. No event is missed, doubled or reordered, whatever writers do at the same time. The
   * next batch is read only when the consumer asks for it. A lost connection is bridged; only a fault that repeating
   * cannot mend ends the iteration with an error.
   */
  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionBatch>;

  /** Resolves when the store answers; rejects with `unavailable` otherwise. For health checks. */
  ping(): Promise<void>;

  /** Ends subscriptions and releases connections. */
  close(): Promise<void>;
}

export const EVENT_STORE: unique symbol = Symbol('EventStore');

/** The stream is not where the writer believed. `actual` is its last revision. */
export class WrongExpectedRevision extends AppError {
  readonly stream: StreamName;
  readonly expected: ExpectedRevision;
  readonly actual: ExpectedRevision;

  constructor(stream: StreamName, expected: ExpectedRevision, actual: ExpectedRevision) {
    super('revision-conflict', `Stream ${stream} is at ${actual}, the writer expected ${expected}`);
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }
}
