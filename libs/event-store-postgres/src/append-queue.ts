import { AppError } from '@keyledger/errors';
import type { AppendResult } from '@keyledger/event-sourcing';
import { databaseFault, isConnectionTrouble, isUniqueViolation } from './database-fault.ts';
import type { Append, AppendOutcome } from './append-statement.ts';

export interface AppendQueueOptions {
  readonly appendAll: (appends: readonly Append[]) => Promise<AppendOutcome[]>;
  /** Called after a transaction that may have written these. */
  readonly onWritten: (appends: readonly Append[]) => void;
  /** Transactions under way at once; appends that arrive meanwhile share the next one. */
  readonly maxFlights: number;
  /** Appends in one transaction; 1 switches the sharing off. */
  readonly maxAppends: number;
}

interface Waiting {
  readonly append: Append;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
}

/** A burst is spread over the free transactions, in shares of at least this many appends. */
const MIN_SHARE = 8;

/** Events in one transaction, so that a burst of large appends does not become one huge statement. */
const MAX_EVENTS = 1000;

/**
 * Group commit: while transactions are under way, appends queue up and then share one. A lone append goes out at once.
 * Each append succeeds or conflicts by itself; when a shared statement fails, its appends are repeated one by one.
 */
export class AppendQueue {
  readonly #options: AppendQueueOptions;
  #waiting: Waiting[] = [];
  #flights = 0;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(options: AppendQueueOptions) {
    this.#options = options;
  }

  add(append: Append): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ append, resolve, reject });
      // Appends of the same turn of the event loop share the first transaction already.
      queueMicrotask(() => this.#pump());
    });
  }

  /** Resolves when nothing is waiting or under way. */
  async drained(): Promise<void> {
    if (this.#flights === 0 && this.#waiting.length === 0) return;
    this.#idle ??= Promise.withResolvers<void>();
    await this.#idle.promise;
  }

  #pump(): void {
    const { maxFlights, maxAppends } = this.#options;
    while (this.#flights < maxFlights && this.#waiting.length > 0) {
      const share = Math.ceil(this.#waiting.length / (maxFlights - this.#flights));
      const batch = this.#take(Math.min(maxAppends, Math.max(MIN_SHARE, share)));
      this.#flights += 1;
      void this.#fly(batch).finally(() => {
        this.#flights -= 1;
        this.#pump();
        if (this.#flights === 0) this.#idle?.resolve();
      });
    }
  }

  /** As many as fit, one per stream: the second append to a stream needs the first to be visible. */
  #take(most: number): Waiting[] {
    const taken: Waiting[] = [];
    const left: Waiting[] = [];
    const streams = new Set<string>();
    let events = 0;
    for (const waiting of this.#waiting) {
      const { stream, events: added } = waiting.append;
      const isFull = taken.length >= most || (events > 0 && events + added.length > MAX_EVENTS);
      if (isFull || streams.has(stream)) {
        left.push(waiting);
      } else {
        streams.add(stream);
        events += added.length;
        taken.push(waiting);
      }
    }
    this.#waiting = left;
    return taken;
  }

  async #fly(batch: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.#options.appendAll(batch.map(({ append }) => append));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const outcome = outcomes[index];
        if (outcome === undefined || outcome instanceof AppError) reject(outcome);
        else resolve(outcome);
      }
    } catch (error) {
      if (batch.length > 1 && !isConnectionTrouble(error)) {
        for (const waiting of batch) await this.#fly([waiting]);
        return;
      }
      for (const { reject, append } of batch) reject(appendFault(error, append));
    } finally {
      this.#options.onWritten(batch.map(({ append }) => append));
    }
  }
}

/** Events behind the first of an append can only collide by their ids. */
const appendFault = (error: unknown, { stream }: Append): unknown =>
  isUniqueViolation(error)
    ? new AppError('append-overlap', `An event of this append to ${stream} is already stored`, { cause: error })
    : databaseFault(error);
