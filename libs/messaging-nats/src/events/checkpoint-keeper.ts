import type { HeldCheckpoint, Position } from '@keyledger/event-sourcing';

/** A crash repeats what was done since the last save; consumers drop the doubles. */
const SAVE_INTERVAL_MS = 200;

/**
 * Saves the newest position now and then instead of after each event. A save that fails aborts `failed`; the work then
 * ends and begins anew.
 */
export class CheckpointKeeper implements AsyncDisposable {
  readonly #held: HeldCheckpoint;
  readonly #epoch: string;
  readonly #failure = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #reached: Position | undefined;
  #saved: Position | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(held: HeldCheckpoint, epoch: string) {
    this.#held = held;
    this.#epoch = epoch;
    this.#timer = setInterval(() => void (this.#saving = this.#saving.then(() => this.#save())), SAVE_INTERVAL_MS);
  }

  get failed(): AbortSignal {
    return this.#failure.signal;
  }

  reached(position: Position): void {
    this.#reached = position;
  }

  /** Saves what was reached, as far as that is possible. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#saving;
    await this.#save();
  }

  async #save(): Promise<void> {
    const position = this.#reached;
    if (position === undefined || position === this.#saved) return;
    try {
      await this.#held.save({ position, epoch: this.#epoch });
      this.#saved = position;
    } catch (error) {
      this.#failure.abort(error);
    }
  }
}
