import type { Clock } from '@keyledger/event-sourcing';
import type { DueWork } from '../ports/due-work.port.ts';

export interface SchedulerDeps {
  readonly dueWork: Pick<DueWork, 'nextDueAt'>;
  readonly perform: () => Promise<number>;
  readonly clock: Clock;
  /** Resolves after `ms`, or as soon as `signal` aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A timer that is set while the scheduler sleeps is seen after this at the latest. */
const LONGEST_PAUSE_MS = 2_000;
/** An item that is due and claimed by another replica must not keep this one spinning. */
const SHORTEST_PAUSE_MS = 100;

/** Does due work until `signal` aborts; sleeps until the next item is due, a few seconds at most. */
export const runScheduler = async (
  { dueWork, perform, clock, pause }: SchedulerDeps,
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    if ((await perform()) > 0) continue;
    const next = await dueWork.nextDueAt();
    const untilNext = next === undefined ? LONGEST_PAUSE_MS : next.getTime() - clock().getTime();
    await pause(Math.min(Math.max(untilNext, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS), signal);
  }
};
