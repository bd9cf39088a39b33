import type { Position } from './event.ts';

/** How far a processor has come. */
export interface Checkpoint {
  readonly position: Position;
  /**
   * Identity of whatever the processor writes to, when that can be lost and made anew (a JetStream stream). A changed
   * epoch means that the target knows nothing of the earlier positions.
   */
  readonly epoch?: string;
}

/** The right to be the one running instance of a processor, with its checkpoint. */
export interface HeldCheckpoint {
  /** Where the previous holder stopped. */
  readonly checkpoint: Checkpoint | undefined;
  /** Aborted when the right was lost or the caller stops. */
  readonly signal: AbortSignal;
  /**
   * One at a time. Throws `revision-conflict`, writes nothing and ends this holding when somebody else holds the right by
   * now, or when a crash of the store took back what was saved last: what hung on it must be done again.
   */
  save(checkpoint: Checkpoint): Promise<void>;
}

/** Every implementation passes `checkpointStoreContract`. */
export interface CheckpointStore {
  /**
   * Waits until no other process runs `processor`, then runs `work`; at most one `work` per processor at any time, over
   * all replicas, as far as its effects go through `save`. Takes over within seconds from a holder that died. When the
   * right is lost, `work`'s signal aborts and, once it has ended (however it ends), the wait begins anew. Resolves when
   * `work` has ended by itself or after `signal` aborts, rejects with what `work` throws; the right is then given up.
   */
  hold(processor: string, signal: AbortSignal, work: (held: HeldCheckpoint) => Promise<void>): Promise<void>;

  /** The stored checkpoint, for lag metrics and tests. */
  read(processor: string): Promise<Checkpoint | undefined>;
}

export const CHECKPOINT_STORE: unique symbol = Symbol('CheckpointStore');
