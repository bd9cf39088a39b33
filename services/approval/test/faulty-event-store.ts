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

/** Runs before each read and each append: the place where another process may come in between. */
type Gate = () => Promise<void>;

/** An event store whose writer dies, or hears nothing, at a chosen append. */
export class FaultyEventStore implements EventStore {
  readonly #store: EventStore;
  readonly #gate: Gate;
  #fault: { readonly category: string; readonly isWritten: boolean } | undefined;

  constructor(store: EventStore, gate: Gate = () => Promise.resolve()) {
    this.#store = store;
    this.#gate = gate;
  }

  /** The next append to the category writes nothing and fails. */
  failBeforeNextAppendTo(category: string): void {
    this.#fault = { category, isWritten: false };
  }

  /** The next append to the category is written, and its writer hears that it failed. */
  failAfterNextAppendTo(category: string): void {
    this.#fault = { category, isWritten: true };
  }

  async append(stream: StreamName, events: readonly NewEvent[], expected: ExpectedRevision): Promise<AppendResult> {
    await this.#gate();
    const fault = this.#fault?.category === categoryOf(stream) ? this.#fault : undefined;
    if (fault === undefined) return this.#store.append(stream, events, expected);
    this.#fault = undefined;
    if (fault.isWritten) await this.#store.append(stream, events, expected);
    throw new AppError('unavailable', 'The connection was lost');
  }

  async *readStream(stream: StreamName, options?: ReadStreamOptions): AsyncIterable<RecordedEvent> {
    await this.#gate();
    yield* this.#store.readStream(stream, options);
  }

  async *readStreams(stretches: readonly StreamStretch[]): AsyncIterable<RecordedEvent> {
    await this.#gate();
    yield* this.#store.readStreams(stretches);
  }

  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent> {
    return this.#store.readAll(options);
  }

  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionBatch> {
    return this.#store.subscribe(options);
  }

  ping(): Promise<void> {
    return this.#store.ping();
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
