import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a condition that no event announces; the test's own time limit ends it. */
export const waitUntil = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await delay(20);
};
