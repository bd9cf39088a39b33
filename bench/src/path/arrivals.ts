const PATIENCE_MS = 60_000;

/** Things that come once and are waited for by name, in whichever order. */
export class Arrivals {
  readonly #what: string;
  readonly #come = new Set<string>();
  readonly #waiting = new Map<string, () => void>();

  constructor(what: string) {
    this.#what = what;
  }

  announce(name: string): void {
    this.#come.add(name);
    this.#waiting.get(name)?.();
  }

  /** Resolves when it has come; throws when that takes longer than a minute. */
  async of(name: string): Promise<void> {
    if (this.#come.has(name)) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(
      () => reject(new Error(`${this.#what} ${name} did not come within a minute`)),
      PATIENCE_MS,
    );
    this.#waiting.set(name, resolve);
    await promise.finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(name);
    });
  }
}
