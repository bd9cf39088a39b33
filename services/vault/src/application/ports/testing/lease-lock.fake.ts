import type { LeaseLock } from '../lease-lock.port.ts';

/** What is locked at the moment, by whichever replica. */
export class HeldLocks {
  readonly #ids = new Set<string>();
  #released = Promise.withResolvers<void>();

  /** False when somebody holds it. */
  take(leaseId: string): boolean {
    if (this.#ids.has(leaseId)) return false;
    this.#ids.add(leaseId);
    return true;
  }

  release(leaseId: string): void {
    this.#ids.delete(leaseId);
    this.#released.resolve();
    this.#released = Promise.withResolvers<void>();
  }

  async untilNoneIsHeld(): Promise<void> {
    while (this.#ids.size > 0) await this.#released.promise;
  }
}

/** Locks in memory; replicas share `held`. */
export class FakeLeaseLock implements LeaseLock {
  readonly held: HeldLocks;

  constructor(held = new HeldLocks()) {
    this.held = held;
  }

  async tryHold<Result>(
    leaseId: string,
    work: () => Promise<Result>,
  ): Promise<{ readonly result: Result } | undefined> {
    if (!this.held.take(leaseId)) return undefined;
    try {
      return { result: await work() };
    } finally {
      this.held.release(leaseId);
    }
  }
}
