import type { SessionRegister } from '../session-register.port.ts';

/** The register in memory; `fault` makes it fail. */
export class FakeSessionRegister implements SessionRegister {
  readonly #open = new Set<string>();
  fault: Error | undefined;

  async begin(sessionId: string): Promise<void> {
    this.#assertWorking();
    this.#open.add(sessionId);
  }

  async isOpen(sessionId: string): Promise<boolean> {
    this.#assertWorking();
    return this.#open.has(sessionId);
  }

  async end(sessionId: string): Promise<void> {
    this.#assertWorking();
    this.#open.delete(sessionId);
  }

  #assertWorking(): void {
    if (this.fault !== undefined) throw this.fault;
  }
}
