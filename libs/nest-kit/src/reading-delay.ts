import type { HeldBack } from '@keyledger/event-store-postgres';
import { gauge, type Logger } from '@keyledger/telemetry';
import type { HealthCheck } from './health-check.ts';

/** A log in which an open transaction of anybody holds readers back. */
export interface DelayedLog {
  heldBack(): Promise<HeldBack | undefined>;
}

/** Transactions of the services take milliseconds; what lasts so long was forgotten or does not belong on this server. */
const TOO_LONG_MS = 5_000;
const LOOK_EVERY_MS = 5_000;

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;

const sentence = ({ forMs, by }: HeldBack): string => {
  const waiting = `Events wait for ${seconds(forMs)} until readers see them`;
  if (by === undefined) return waiting;
  const who = by.pid === undefined ? `prepared transaction ${by.application}` : `backend ${by.pid} (${by.application})`;
  return `${waiting}: ${who} of ${by.role} in ${by.database} is ${by.state} since ${seconds(by.openForMs)}`;
};

/** Degraded while events wait: what is read by stream goes on, what follows from events stands still. */
export const readingDelayCheck = (log: DelayedLog): HealthCheck => ({
  name: 'event-log-readers',
  check: async () => {
    const held = await log.heldBack().catch(() => undefined); // whether the store answers is said elsewhere
    return held !== undefined && held.forMs > TOO_LONG_MS
      ? { status: 'degraded', reason: sentence(held) }
      : { status: 'up' };
  },
});

export const observeReadingDelay = (log: DelayedLog): void =>
  gauge({
    name: 'event_store.reading_delay',
    description: 'How long the oldest event has waited for an older transaction to end, before which no reader sees it',
    unit: 's',
    attributes: [],
    observe: async () => ((await log.heldBack())?.forMs ?? 0) / 1_000,
  });

/** Looks now and then, and says in the log when readers begin to stand still, and when they go on. */
export class ReadingDelayWatch implements Disposable {
  readonly #log: DelayedLog;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #isDelayed = false;

  constructor(log: DelayedLog, logger: Logger, everyMs = LOOK_EVERY_MS) {
    this.#log = log;
    this.#logger = logger;
    this.#timer = setInterval(() => void this.look().catch(() => undefined), everyMs).unref();
  }

  /** Rejects when the store does not answer, which is no news about transactions. */
  async look(): Promise<void> {
    const held = await this.#log.heldBack();
    const isDelayed = held !== undefined && held.forMs > TOO_LONG_MS;
    if (isDelayed && !this.#isDelayed) this.#logger.warn({ ...held }, sentence(held));
    if (!isDelayed && this.#isDelayed) this.#logger.info({}, 'Readers of the event log go on');
    this.#isDelayed = isDelayed;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
