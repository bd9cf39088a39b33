import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '@keyledger/event-sourcing';
import type pg from 'pg';
import { checkOutClient } from './checked-out-client.ts';

const CHANNEL = 'keyledger_events';

/** Between the writer and the categories in a notification; no category holds one. */
const SEPARATOR = ' ';

/**
 * Least time between two notifications to other processes; the first after a pause goes out at once. They are not part of
 * the appends, where NOTIFY would serialise the commits of all writers.
 */
const NOTIFY_EVERY_MS = 20;

const RECONNECT_MS = 250;

/** Resolves after `ms` or when the signal aborts, whichever is first; never rejects. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);

/** The hints for one subscription, which waits in one place at a time. */
export class Hints {
  readonly #categories: ReadonlySet<string> | undefined;
  #count = 0;
  #wake: (() => void) | undefined;

  constructor(categories: readonly string[] | undefined) {
    this.#categories = categories && new Set(categories);
  }

  /** Changes with each hint; take it before reading and give it to `after`, so that no hint falls between. */
  get count(): number {
    return this.#count;
  }

  /** Resolves when a hint came since `count`, after `ms`, or when the signal aborts. */
  async after(count: number, ms: number, signal: AbortSignal): Promise<void> {
    if (this.#count !== count || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = (): void => resolve();
    // By hand: an aborted promise of a timer costs a stack trace, and this happens with every event.
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    this.#wake = end;
    await promise;
    this.#wake = undefined;
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }

  /** Something was written to streams of these categories; absent: perhaps to any. */
  hint(written?: Iterable<string>): void {
    const own = this.#categories;
    if (own !== undefined && written !== undefined && ![...written].some((category) => own.has(category))) return;
    this.#count += 1;
    this.#wake?.();
  }
}

/**
 * Tells waiting subscriptions that there may be something to read for them: at once within this process, by a notification
 * from others. Only a hint, since a notification is lost with its connection; subscriptions look by themselves now and
 * then.
 */
export class WakeUp {
  readonly #pool: pg.Pool;
  readonly #id = newId();
  readonly #closed = new AbortController();
  readonly #hints = new Set<Hints>();
  readonly #written = new Set<string>();
  #notifying: NodeJS.Timeout | undefined;
  #notifiedAt = -Infinity;
  #listening: Promise<void> | undefined;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Hints about these categories, or all; until `forget`. */
  watch(categories: readonly string[] | undefined): Hints {
    const hints = new Hints(categories);
    this.#hints.add(hints);
    return hints;
  }

  forget(hints: Hints): void {
    this.#hints.delete(hints);
  }

  /** This process has written to streams of these categories. */
  poke(categories: Iterable<string>): void {
    const written = new Set(categories);
    this.#hint(written);
    for (const category of written) this.#written.add(category);
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

  #hint(written?: ReadonlySet<string>): void {
    for (const hints of this.#hints) hints.hint(written);
  }

  async #notify(): Promise<void> {
    this.#notifying = undefined;
    this.#notifiedAt = performance.now();
    const payload = [this.#id, ...this.#written].join(SEPARATOR);
    this.#written.clear();
    try {
      // A hint need not survive a crash, so its commit does not wait for the disk.
      await this.#pool.query({
        name: 'event-store-notify',
        text: `select set_config('synchronous_commit', 'off', true), pg_notify('${CHANNEL}', $1)`,
        values: [payload],
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
      client.on('notification', ({ payload = '' }) => {
        const [writer, ...categories] = payload.split(SEPARATOR);
        if (writer !== this.#id) this.#hint(new Set(categories));
      });
      await client.query(`listen ${CHANNEL}`);
      this.#hint();
      await Promise.race([broken, stopped]);
    } finally {
      release(true); // a session that listened is not given to others
    }
  }
}
