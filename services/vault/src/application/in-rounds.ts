import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Does `round` again and again, with a pause after each, until `signal` aborts; a round that is under way then is finished
 * first, and a pause is cut short. Rejects with the first round that does.
 */
export const inRounds = async (round: () => Promise<unknown>, pauseMs: number, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    await round();
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
};
