import { setTimeout as delay } from 'node:timers/promises';
import { type Logger, scrub } from '@keyledger/telemetry';
import type { Runner } from './runner.ts';
import { isTransientFault } from './transient-fault.ts';

export type RunnerStatus = 'running' | 'waiting' | 'failed' | 'stopped';

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 15_000;
/** A run that lasted this long was sound: the next fault begins again with the shortest delay. */
const SOUND_RUN_MS = 60_000;

interface Supervised {
  readonly name: string;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/**
 * Starts runners in order and stops them in reverse. One that fails transiently is run again after a growing delay; a
 * defect leaves it ended and is a reason to restart the process.
 */
export class Supervisor {
  readonly #logger: Logger;
  readonly #supervised: Supervised[] = [];
  readonly #statuses = new Map<string, RunnerStatus>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  get statuses(): ReadonlyMap<string, RunnerStatus> {
    return this.#statuses;
  }

  start(runners: readonly Runner[]): void {
    for (const runner of runners) {
      if (this.#statuses.has(runner.name)) throw new Error(`Two runners are called ${runner.name}`);
      const stop = new AbortController();
      this.#statuses.set(runner.name, 'running');
      this.#supervised.push({ name: runner.name, stop, ended: this.#supervise(runner, stop.signal) });
    }
  }

  /** Resolves when all have ended, the last started first. */
  async stop(): Promise<void> {
    for (const { name, stop, ended } of this.#supervised.toReversed()) {
      stop.abort();
      await ended;
      this.#logger.debug({ runner: name }, 'runner stopped');
    }
  }

  async #supervise(runner: Runner, signal: AbortSignal): Promise<void> {
    const log = this.#logger.child({ runner: runner.name });
    let delayMs = FIRST_DELAY_MS;
    while (!signal.aborted) {
      const startedAt = performance.now();
      const error = await this.#runOnce(runner, signal);
      if (signal.aborted) {
        if (error !== undefined && !isAbort(error)) log.warn({ err: error }, 'runner failed while stopping');
        break;
      }
      if (error === undefined || !isTransientFault(error)) {
        this.#statuses.set(runner.name, 'failed');
        log.error(
          { err: error ?? new Error('The runner ended unasked') },
          'runner failed; the process must be restarted',
        );
        return;
      }
      if (performance.now() - startedAt >= SOUND_RUN_MS) delayMs = FIRST_DELAY_MS;
      this.#statuses.set(runner.name, 'waiting');
      log.warn({ retryInMs: delayMs, reason: scrub(String(error)) }, 'runner lost what it depends on');
      await delay(delayMs, undefined, { signal }).catch(() => undefined);
      delayMs = Math.min(2 * delayMs, LONGEST_DELAY_MS);
      if (!signal.aborted) this.#statuses.set(runner.name, 'running');
    }
    this.#statuses.set(runner.name, 'stopped');
  }

  async #runOnce(runner: Runner, signal: AbortSignal): Promise<unknown> {
    try {
      await runner.run(signal);
      return undefined;
    } catch (error) {
      return error ?? new Error('The runner rejected without an error');
    }
  }
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';
