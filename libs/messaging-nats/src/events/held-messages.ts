import { ConcurrencyLimit } from '../concurrency-limit.ts';
import type { DeliveredMessage } from './delivered-message.ts';

export interface HeldMessagesOptions {
  /** Messages that are handled at once. */
  readonly concurrency: number;
  readonly ackWaitMs: number;
  readonly handle: (message: DeliveredMessage) => Promise<void>;
}

const MOST_AHEAD = 512;

/** Messages may wait here for about this long before their turn comes. */
const AHEAD_MS = 100;

/**
 * The messages that were pulled and are not settled: those that are handled, and a few that wait, so that handlers have
 * work while the next are on their way. As many may wait as were handled lately; where handlers are slow that is none,
 * and other replicas get the messages instead.
 */
export class HeldMessages {
  readonly #options: HeldMessagesOptions;
  readonly #limit: ConcurrencyLimit;
  readonly #held = new Map<string, DeliveredMessage>();
  readonly #waiting = new Set<DeliveredMessage>();
  readonly #heartbeat: NodeJS.Timeout;
  #changed = Promise.withResolvers<void>();
  #isClosed = false;
  #handledLately = 0;
  #handledBefore = 0;
  #latelyBegan = performance.now();

  constructor(options: HeldMessagesOptions) {
    this.#options = options;
    this.#limit = new ConcurrencyLimit(options.concurrency);
    this.#heartbeat = setInterval(() => this.#held.forEach((message) => message.stillWorking()), options.ackWaitMs / 3);
  }

  /** Resolves with how many more may be pulled, as soon as that is worth a pull; with 0 when closed. */
  async room(): Promise<number> {
    for (;;) {
      if (this.#isClosed) return 0;
      const most = this.#options.concurrency + this.#ahead();
      const free = most - this.#held.size;
      if (free >= most / 4 && free > 0) return free;
      await this.#changed.promise;
    }
  }

  /** A second delivery of a message that is still held is left alone: settling the first settles both. */
  add(message: DeliveredMessage): void {
    if (this.#isClosed) message.comeAgain();
    if (this.#isClosed || this.#held.has(message.key)) return;
    this.#held.set(message.key, message);
    this.#waiting.add(message);
    void this.#limit
      .run(async () => {
        this.#waiting.delete(message);
        // Not when it was given back meanwhile.
        if (this.#held.has(message.key)) await this.#options.handle(message);
      })
      .finally(() => this.#settled(message));
  }

  /** Gives back what waits and waits for what is being handled. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const message of this.#waiting) {
      message.comeAgain();
      this.#held.delete(message.key);
    }
    this.#change();
    while (this.#held.size > 0) await this.#changed.promise;
    clearInterval(this.#heartbeat);
  }

  #settled(message: DeliveredMessage): void {
    this.#held.delete(message.key);
    this.#turn();
    this.#handledLately += 1;
    this.#change();
  }

  #ahead(): number {
    this.#turn();
    return Math.min(MOST_AHEAD, Math.max(this.#handledLately, this.#handledBefore));
  }

  #turn(): void {
    const passedMs = performance.now() - this.#latelyBegan;
    if (passedMs < AHEAD_MS) return;
    this.#handledBefore = passedMs < 2 * AHEAD_MS ? this.#handledLately : 0;
    this.#handledLately = 0;
    this.#latelyBegan = performance.now();
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}
