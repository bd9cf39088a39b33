import type { LeaseLock } from '../lease-lock.port.ts';

/** Locks in memory; replicas share `held`. */
export class FakeLeaseLock implements LeaseLock {
  readonly held: Set<string>;

  constructor(held = new Set<string>()) {
    this.held = held;
  }

  async tryHold<Result>(
    leaseId: string,
    work: () => Promise<Result>,
  ): Promise<{ readonly result: Result } | undefined> {
    if (this.held.has(leaseId)) return undefined;
    this.held.add(leaseId);
    try {
      return { result: await work() };
    } finally {
      this.held.delete(leaseId);
    }
  }
}
