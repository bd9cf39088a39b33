import { setTimeout as delay } from 'node:timers/promises';

/**
 * Begins `work` so many times per second, whether or not earlier ones have ended, until `signal` aborts, and answers how many
 * milliseconds each took since it was due: who has to wait in line waits, and is not left out.
 */
export const steadyLoad = async (
  perSecond: number,
  signal: AbortSignal,
  work: (index: number) => Promise<unknown>,
): Promise<readonly number[]> => {
  const startedAt = performance.now();
  const took: number[] = [];
  const running: Promise<void>[] = [];
  for (let index = 0; !signal.aborted; index += 1) {
    const dueAt = startedAt + (index * 1_000) / perSecond;
    await delay(Math.max(0, dueAt - performance.now()));
    running.push(work(index).then(() => void took.push(performance.now() - dueAt)));
  }
  await Promise.all(running);
  return took;
};
