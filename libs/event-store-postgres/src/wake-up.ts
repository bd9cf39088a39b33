import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '@keyledger/event-sourcing';
import type pg from 'pg';
import { checkOutClient } from './checked-out-client.ts';

const CHANNEL = 'keyledger_events';

/**
 * Least time between two notifications to other processes; the first after a pause goes out at once. They are not part of
 * the appends, where NOTIFY would serialise the commits of all writers.
 */
const NOTIFY_EVERY_MS = 20;

const RECONNECT_MS = 250;

/** Resolves after `ms` or when the signal aborts, whichever is first; never rejects. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);

/**
 * Tells waiting subscriptions that there may be something to read: at once within this process, by a notification from
 * others. Only a hint, since a notification is lost with its connection; subscriptions look by themselves now and then.
 */
export class WakeUp {
  readonly #pool: pg.Pool;
  readonly #id = newId();
  readonly #closed = new AbortController();
  #count = 0;
  #next = Promise.withResolvers<void>();
  #notifying: NodeJS.Timeout | undefined;
  #notifiedAt = -Infinity;
  #listening: Promise<void> | undefined;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Changes with each hint; take it before reading and give it to `after`, so that no hint falls between. */
  get count(): number {
    return this.#count;
  }

  /** Resolves when a hint came since `count`, after `ms`, or when the signal aborts. */
  async after(count: number, ms: number, signal: AbortSignal): Promise<void> {
    if (this.#count !== count || signal.aborted) return;
    const woken = new AbortController();
    await Promise.race([this.#next.promise, pause(ms, AbortSignal.any([signal, woken.signal]))]);
    woken.abort();
  }

  /** This process has written. */
  poke(): void {
    this.#hint();
    if (this.#notifying !== undefined) return;
    const waitMs = Math.max(0, this.#notifiedAt + NOTIFY_EVERY_MS - performance.now());
    this.#notifying = setTimeout(() => void this.#notify(), waitMs).unref();
  }

  /** Begins to listen for other processes, for as long as this object lives. */
  listen(): void {
    this.#listening ??= this.#keepListening();
  }

  async close(): Promise<void> {
    this.#closed.abort();
    if (this.#notifying !== undefined) {
      clearTimeout(this.#notifying);
      await this.#notify();
    }
    await this.#listening;
  }

  #hint(): void {
    this.#count += 1;
    this.#next.resolve();
    this.#next = Promise.withResolvers<void>();
  }

  async #notify(): Promise<void> {
    this.#notifying = undefined;
    this.#notifiedAt = performance.now();
    try {
      // A hint need not survive a crash, so its commit does not wait for the disk.
      await this.#pool.query({
        name: 'event-store-notify',
        text: `select set_config('synchronous_commit', 'off', true), pg_notify('${CHANNEL}', $1)`,
        values: [this.#id],
      });
    } catch {
      // Others find the events when they look by themselves.
    }
  }

  async #keepListening(): Promise<void> {
    const { signal } = this.#closed;
    while (!signal.aborted) {
      await this.#listenOnce(signal).catch(() => undefined);
      this.#hint(); // whatever was announced while nobody listened
      await pause(RECONNECT_MS, signal);
    }
  }

  async #listenOnce(signal: AbortSignal): Promise<void> {
    const { client, broken, release } = await checkOutClient(this.#pool);
    const stopped = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    try {
      client.on('notification', ({ payload }) => {
        if (payload !== this.#id) this.#hint();
      });
      await client.query(`listen ${CHANNEL}`);
      this.#hint();
      await Promise.race([broken, stopped]);
    } finally {
      release(true); // a session that listened is not given to others
    }
  }
}
