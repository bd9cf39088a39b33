/** Something that runs in the background for as long as the process does. */
export interface Runner {
  /** Kebab-case, unique within the service; shown in logs and health. */
  readonly name: string;
  /**
   * Runs until `signal` aborts and then resolves, with its work in a state from which the next start continues. Rejecting
   * with a transient fault asks to be run again; any other error, or ending unasked, is a defect.
   */
  run(signal: AbortSignal): Promise<void>;
}

/** Resolves when the signal aborts. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Runs something that is started and closed. */
export const asRunner = (name: string, part: { start(): Promise<void>; close(): Promise<void> }): Runner => ({
  name,
  run: async (signal) => {
    try {
      await part.start();
      await aborted(signal);
    } finally {
      await part.close();
    }
  },
});
