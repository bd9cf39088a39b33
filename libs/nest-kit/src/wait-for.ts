import { setTimeout as delay } from 'node:timers/promises';
import { type Logger, scrub } from '@keyledger/telemetry';
import { isTransientFault } from './transient-fault.ts';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 2_000;

export interface WaitOptions {
  readonly logger: Logger;
  /** Ends the waiting; it then rejects. */
  readonly signal: AbortSignal;
}

/**
 * Waits until `probe` resolves, for as long as it takes: services and their dependencies start in any order. What time
 * does not mend, such as a wrong password, ends the waiting.
 */
export const waitFor = async (
  what: string,
  probe: () => Promise<unknown>,
  { logger, signal }: WaitOptions,
): Promise<void> => {
  let delayMs = FIRST_DELAY_MS;
  for (let hasWaited = false; ; hasWaited = true) {
    signal.throwIfAborted();
    try {
      await probe();
      if (hasWaited) logger.info({ dependency: what }, 'dependency is there');
      return;
    } catch (error) {
      if (!isTransientFault(error)) throw new Error(`${what} cannot be used`, { cause: error });
      if (!hasWaited) logger.warn({ dependency: what, reason: scrub(String(error)) }, 'waiting for a dependency');
    }
    await delay(delayMs, undefined, { signal });
    delayMs = Math.min(2 * delayMs, LONGEST_DELAY_MS);
  }
};
