import { AppError } from '@keyledger/errors';
import type { Checkpoint, CheckpointStore, HeldCheckpoint } from '../checkpoint.ts';

interface Entry {
  checkpoint?: Checkpoint;
  /** Aborted when the right is lost. */
  holder?: AbortController;
  freed: PromiseWithResolvers<void>;
}

/** What the replicas of a service share. */
export type InMemoryCheckpoints = Map<string, Entry>;

/** A checkpoint store in memory for tests without I/O. Replicas share `checkpoints`. */
export class InMemoryCheckpointStore implements CheckpointStore {
  readonly #entries: InMemoryCheckpoints;

  constructor(checkpoints: InMemoryCheckpoints = new Map()) {
    this.#entries = checkpoints;
  }

  async hold(processor: string, signal: AbortSignal, work: (held: HeldCheckpoint) => Promise<void>): Promise<void> {
    const entry = this.#entry(processor);
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    while (!signal.aborted) {
      if (entry.holder !== undefined) {
        await Promise.race([entry.freed.promise, stopped]);
        continue;
      }
      const mine = new AbortController();
      entry.holder = mine;
      try {
        await work(heldBy(entry, mine, signal));
        if (!mine.signal.aborted) return;
      } catch (error) {
        if (!mine.signal.aborted) throw error;
      } finally {
        if (entry.holder === mine) free(entry);
      }
    }
  }

  read(processor: string): Promise<Checkpoint | undefined> {
    return Promise.resolve(this.#entries.get(processor)?.checkpoint);
  }

  /** Takes the right away from its holder, as if it had been silent for too long. */
  seize(processor: string): Promise<void> {
    const entry = this.#entry(processor);
    entry.holder?.abort();
    free(entry);
    return Promise.resolve();
  }

  #entry(processor: string): Entry {
    const entry = this.#entries.get(processor) ?? { freed: Promise.withResolvers<void>() };
    this.#entries.set(processor, entry);
    return entry;
  }
}

const free = (entry: Entry): void => {
  delete entry.holder;
  entry.freed.resolve();
  entry.freed = Promise.withResolvers<void>();
};

const heldBy = (entry: Entry, mine: AbortController, signal: AbortSignal): HeldCheckpoint => ({
  checkpoint: entry.checkpoint,
  signal: AbortSignal.any([mine.signal, signal]),
  save: (checkpoint) => {
    if (entry.holder !== mine) {
      return Promise.reject(new AppError('revision-conflict', 'Another process runs this processor by now'));
    }
    entry.checkpoint = checkpoint;
    return Promise.resolve();
  },
});
