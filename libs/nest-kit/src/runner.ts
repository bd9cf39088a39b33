import type { HealthCheck, HealthStatus } from './health-check.ts';

/** Something that runs in the background for as long as the process does. */
export interface Runner {
  /** Kebab-case, unique within the service; shown in logs and health. */
  readonly name: string;
  /**
   * Runs until `signal` aborts and then resolves, with its work in a state from which the next start continues. Rejecting
   * with a transient fault asks to be run again; any other error, or ending unasked, is a defect.
   */
  run(signal: AbortSignal): Promise<void>;
  /** How what it keeps up is doing, as a part of the health of the process. Absent: well, for as long as it runs. */
  check?(): Promise<HealthStatus>;
}

/** Those that have something to say about health. */
export const runnerChecks = (runners: readonly Runner[]): readonly HealthCheck[] =>
  runners.filter((runner): runner is Runner & HealthCheck => runner.check !== undefined);

/** Resolves when the signal aborts. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
