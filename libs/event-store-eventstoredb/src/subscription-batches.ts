import type { AllStreamSubscription, ResolvedEvent } from '@eventstore/db-client';
import type { LogPosition } from './positions.ts';

export interface RawBatch {
  readonly events: readonly ResolvedEvent[];
  /** Position up to which the server has searched, when it said so behind the last event of the batch. */
  readonly searched?: LogPosition;
  readonly isCaughtUp: boolean;
}

/** Something that the server said between two events: valid once `after` events have been taken. */
interface Mark {
  readonly after: number;
  readonly searched?: LogPosition;
  readonly isCaughtUp?: boolean;
}

/**
 * Takes batches out of a running subscription. The client announces "caught up" and checkpoints when it *receives* them,
 * while events still wait in its buffer; each announcement is therefore kept with the number of events before it.
 * The client's buffer bounds the memory: nothing is read from the connection while it is full.
 */
export class SubscriptionBatches {
  readonly #subscription: AllStreamSubscription;
  readonly #maxBatchSize: number;
  readonly #marks: Mark[] = [];
  #taken = 0;
  #isCaughtUp = false;
  #ended = false;
  #error: unknown;
  #wake = Promise.withResolvers<void>();

  constructor(subscription: AllStreamSubscription, maxBatchSize: number) {
    this.#subscription = subscription;
    this.#maxBatchSize = maxBatchSize;
    subscription.on('caughtUp', () => this.#mark({ isCaughtUp: true }));
    subscription.on('fellBehind', () => this.#mark({ isCaughtUp: false }));
    subscription.on('error', (error) => {
      this.#error = error;
      this.end();
    });
    subscription.on('end', () => this.end());
    subscription.on('close', () => this.end());
    subscription.on('readable', () => this.#signal());
  }

  /** Given to the client as `checkpointReached`. */
  searched(position: LogPosition): void {
    this.#mark({ searched: position });
  }

  /** Ends the iteration after the batch under way. */
  end(): void {
    this.#ended = true;
    this.#signal();
  }

  /** Resolves to the next batch, or `undefined` when the subscription ended; rejects with its error. */
  async next(): Promise<RawBatch | undefined> {
    for (;;) {
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended) return undefined;
      const batch = this.#take();
      if (batch !== undefined) return batch;
      await this.#wake.promise;
      this.#wake = Promise.withResolvers<void>();
    }
  }

  #take(): RawBatch | undefined {
    const events: ResolvedEvent[] = [];
    let searched: LogPosition | undefined;
    let announced = false;
    while (events.length < this.#maxBatchSize) {
      for (let mark = this.#marks[0]; mark !== undefined && mark.after <= this.#taken; mark = this.#marks[0]) {
        this.#marks.shift();
        searched = mark.searched ?? searched;
        this.#isCaughtUp = mark.isCaughtUp ?? this.#isCaughtUp;
        announced = true;
      }
      const event = this.#subscription.read() as ResolvedEvent | null;
      if (event === null) break;
      this.#taken += 1;
      searched = undefined;
      events.push(event);
    }
    if (events.length === 0 && !announced) return undefined;
    const isCaughtUp = this.#isCaughtUp && this.#subscription.readableLength === 0;
    return { events, isCaughtUp, ...(searched === undefined ? {} : { searched }) };
  }

  #mark(mark: Omit<Mark, 'after'>): void {
    this.#marks.push({ after: this.#taken + this.#subscription.readableLength, ...mark });
    this.#signal();
  }

  #signal(): void {
    this.#wake.resolve();
  }
}
