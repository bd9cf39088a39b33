import type { GuardedProcess } from '@keyledger/testing';
import { BackOff } from './back-off.ts';
import { causeOf, type Tell } from './events.ts';
import { type Pace, type Probe, untilHung, usualPace } from './liveness.ts';

/** A program that can be started again and again. */
export interface Launcher {
  readonly name: string;
  /**
   * Starts it and resolves when it is ready. Throws, and leaves nothing running, when it ends before that or when the
   * signal is given.
   */
  launch(signal: AbortSignal): Promise<GuardedProcess>;
  /** Where a program may hang without ending. */
  readonly probe?: Probe;
}

type State =
  | { readonly is: 'stopped' }
  | { readonly is: 'starting'; readonly abort: AbortController; readonly done: Promise<void> }
  | {
      readonly is: 'running';
      readonly process: GuardedProcess;
      readonly since: number;
      readonly over: AbortController;
    };

/** Keeps one program running: when it ends unasked, or hangs and is ended, it is started again, after a growing wait. */
export class SupervisedPart {
  readonly name: string;
  readonly #launcher: Launcher;
  readonly #tell: Tell;
  readonly #pace: Pace;
  readonly #backOff = new BackOff();
  readonly #waiting = new Set<() => void>();
  #state: State = { is: 'stopped' };
  #wasReady = false;

  constructor(launcher: Launcher, tell: Tell, pace: Pace = usualPace) {
    this.name = launcher.name;
    this.#launcher = launcher;
    this.#tell = tell;
    this.#pace = pace;
  }

  get isReady(): boolean {
    return this.#state.is === 'running';
  }

  /** Of the program that runs now. */
  get pid(): number | undefined {
    return this.#state.is === 'running' ? this.#state.process.pid : undefined;
  }

  /** Starts it for the first time, or after `stop`. Throws when it does not get ready. */
  async start(): Promise<void> {
    if (this.#state.is !== 'stopped') return;
    const abort = new AbortController();
    const started = this.#launch(abort.signal);
    this.#state = { is: 'starting', abort, done: started.then(noop, noop) };
    try {
      await started;
    } catch (error) {
      this.#state = { is: 'stopped' };
      throw error;
    }
  }

  /** Sends a signal to the program that runs now and waits for its end. What follows is up to the supervision. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    if (this.#state.is !== 'running') return;
    const { process } = this.#state;
    const ended = new Promise<void>((resolve) => this.#waiting.add(resolve));
    process.kill(signal);
    await ended;
  }

  /** Resolves when it is ready (again). */
  async whenReady(): Promise<void> {
    while (!this.isReady) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** Ends it in good order, and for good until the next `start`. */
  async stop(): Promise<void> {
    const state = this.#state;
    this.#state = { is: 'stopped' };
    if (state.is === 'running') {
      state.over.abort();
      await state.process.stop();
      const { signal } = await state.process.exited;
      if (signal === 'SIGKILL') this.#tell({ kind: 'killed', part: this.name });
    }
    if (state.is === 'starting') {
      state.abort.abort();
      await state.done;
    }
  }

  async #launch(signal: AbortSignal): Promise<void> {
    const begin = performance.now();
    const process = await this.#launcher.launch(signal);
    if (signal.aborted) {
      await process.stop();
      signal.throwIfAborted();
    }
    const over = new AbortController();
    this.#state = { is: 'running', process, since: performance.now(), over };
    const afterMs = performance.now() - begin;
    this.#tell({ kind: 'ready', part: this.name, afterMs, again: this.#wasReady });
    this.#wasReady = true;
    void process.exited.then((exit) => {
      over.abort();
      this.#ended(process, causeOf(exit));
    });
    void this.#watch(process, over.signal);
    this.#changed();
  }

  async #watch(process: GuardedProcess, over: AbortSignal): Promise<void> {
    const { probe } = this.#launcher;
    if (!probe) return;
    const cause = await untilHung(probe, this.#pace, over);
    if (cause === undefined) return;
    this.#tell({ kind: 'hung', part: this.name, cause });
    await process.stop();
  }

  #ended(process: GuardedProcess, cause: string): void {
    if (this.#state.is === 'running' && this.#state.process === process)
      this.#startAgain(cause, performance.now() - this.#state.since);
    this.#changed();
  }

  #startAgain(cause: string, ranMs: number): void {
    const restartInMs = this.#backOff.afterRunOf(ranMs);
    this.#tell({ kind: 'ended', part: this.name, cause, restartInMs });
    const abort = new AbortController();
    const attempt = async () => {
      await waitFor(restartInMs, abort.signal);
      if (!abort.signal.aborted) await this.#launch(abort.signal);
    };
    const done = attempt().catch((error: unknown) => {
      if (!abort.signal.aborted) this.#startAgain(messageOf(error), 0);
    });
    this.#state = { is: 'starting', abort, done };
  }

  #changed(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}

const noop = () => undefined;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const waitFor = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
