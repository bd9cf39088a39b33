/**
 * A process is driven by its own stream: `nextStep` looks at the folded state and names what must be done next;
 * `perform` does it and appends what came of it. Since every outcome is an event, a process that was cut off anywhere
 * continues from its stream, in whichever replica.
 */
export interface ProcessManager<State, Step> {
  readonly name: string;
  /** Pure. `undefined` when nothing is left to do (for now). */
  readonly nextStep: (state: State) => Step | undefined;
}

export interface ProcessRun<State, Step> {
  load(): Promise<State>;
  /** Repeatable: it may run again for the same state after a crash. */
  perform(step: Step, state: State): Promise<void>;
}

/** No process here has more than a handful of steps; a longer run means that a step does not change the state. */
const MAX_STEPS = 50;

/** Performs steps until none is left and returns the state at rest. Errors of a step pass through. */
export const runProcess = async <State, Step>(
  process: ProcessManager<State, Step>,
  run: ProcessRun<State, Step>,
): Promise<State> => {
  for (let steps = 0; steps < MAX_STEPS; steps += 1) {
    const state = await run.load();
    const step = process.nextStep(state);
    if (step === undefined) return state;
    await run.perform(step, state);
  }
  throw new Error(`Process ${process.name} does not come to rest after ${MAX_STEPS} steps`);
};
