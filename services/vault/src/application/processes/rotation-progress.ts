/** Progress is told in at most so many steps. */
const STEPS = 20;
const SMALLEST_STEP = 100;

/** Counts the data keys that a rotation has come across, in this round and in those before it. */
export class RotationProgress {
  readonly #total: number;
  readonly #rewrappedBefore: number;
  readonly #step: number;
  #done = 0;
  #unreadable = 0;
  #told = 0;

  /** `total`: keys that were left to do when this round began. */
  constructor(total: number, rewrappedBefore: number) {
    this.#total = total;
    this.#rewrappedBefore = rewrappedBefore;
    this.#step = Math.max(SMALLEST_STEP, Math.ceil(total / STEPS));
  }

  get rewrapped(): number {
    return this.#rewrappedBefore + this.#done - this.#unreadable;
  }

  get remaining(): number {
    return this.#total - this.#done;
  }

  /** Of this round. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** So many keys more, and how many of them no master key opens. True when it is time to tell, which the end is not. */
  add(keys: number, unreadable: number): boolean {
    this.#done += keys;
    this.#unreadable += unreadable;
    if (this.#done - this.#told < this.#step || this.remaining <= 0) return false;
    this.#told = this.#done;
    return true;
  }
}
