const FIRST_MS = 200;
const LONGEST_MS = 10_000;
const STEADY_AFTER_MS = 20_000;

/** How long to wait before the next start of something that ended: longer each time, unless it had run for a while. */
export class BackOff {
  #next = FIRST_MS;

  afterRunOf(ranMs: number): number {
    if (ranMs >= STEADY_AFTER_MS) this.#next = FIRST_MS;
    const wait = this.#next;
    this.#next = Math.min(this.#next * 2, LONGEST_MS);
    return wait;
  }
}
