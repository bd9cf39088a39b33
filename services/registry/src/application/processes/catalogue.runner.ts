import type { CheckpointStore } from '@keyledger/event-sourcing';
import type { SyncCatalogue } from './sync-catalogue.ts';

export interface CatalogueRunnerDeps {
  readonly checkpoints: CheckpointStore;
  readonly sync: SyncCatalogue;
  readonly intervalMs: number;
  /** Resolves after `ms`, or as soon as the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

const retryDelayMs = (failures: number): number => Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LONGEST_RETRY_MS);

/**
 * Keeps the catalogue up to date in one replica at a time: at once, then at every interval, and sooner while the issuer
 * cannot be asked. A fault of the event store ends the run, which whoever supervises it begins anew.
 */
export const catalogueRunner = ({ checkpoints, sync, intervalMs, pause }: CatalogueRunnerDeps) => ({
  name: 'catalogue',
  run: (signal: AbortSignal): Promise<void> =>
    checkpoints.hold('catalogue', signal, async (held) => {
      let failures = 0;
      while (!held.signal.aborted) {
        failures = (await sync()) ? 0 : failures + 1;
        await pause(failures === 0 ? intervalMs : retryDelayMs(failures), held.signal);
      }
    }),
});
