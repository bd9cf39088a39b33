import { setTimeout as delay } from 'node:timers/promises';
import { isAppError, isTransient } from '@keyledger/errors';
import { type Checkpoint, type CheckpointStore, type HeldCheckpoint, newId } from '@keyledger/event-sourcing';
import type pg from 'pg';
import {
  type Acquired,
  acquireLease,
  type Queryable,
  readCheckpoint,
  releaseLease,
  renewLeases,
  saveCheckpoint,
  saveCheckpointWithin,
} from './checkpoint-table.ts';

export interface PostgresCheckpointStoreOptions {
  /** Of a role whose search path leads to the schema with the table `checkpoints`. */
  readonly pool: pg.Pool;
  /** Names this process to operators who look at the table. */
  readonly holder: string;
}

/** A held checkpoint that can also move within a transaction of the caller. */
export interface PostgresHeldCheckpoint extends HeldCheckpoint {
  /** Like `save`, and locks the checkpoint until the transaction of `client` ends. */
  saveWith(client: Queryable, checkpoint: Checkpoint): Promise<void>;
}

/** A holder that is silent for so long has died. */
const TTL_MS = 2500;
const RENEW_MS = 700;
/** How often the others look; with TTL_MS the longest time until a dead holder is replaced. */
const LOOK_MS = 250;

interface Holding {
  readonly lease: Acquired;
  readonly lost: AbortController;
  /** When the last successful renewal was sent, by the clock of this process. */
  renewedAt: number;
}

/**
 * Checkpoints with leases in one table. A holder proves with each save that nobody took the lease since (its fence), so a
 * process that was frozen and comes back writes nothing; the time limits only decide how soon another takes over.
 */
export class PostgresCheckpointStore implements CheckpointStore {
  readonly #pool: pg.Pool;
  readonly #holder: string;
  readonly #holdings = new Set<Holding>();
  #renewing: NodeJS.Timeout | undefined;

  constructor({ pool, holder }: PostgresCheckpointStoreOptions) {
    this.#pool = pool;
    this.#holder = holder;
  }

  async hold(
    processor: string,
    signal: AbortSignal,
    work: (held: PostgresHeldCheckpoint) => Promise<void>,
  ): Promise<void> {
    while (!signal.aborted) {
      const askedAt = performance.now();
      const lease = await this.#tryToAcquire(processor);
      if (lease === undefined) {
        await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
      } else if (await this.#workWith({ lease, lost: new AbortController(), renewedAt: askedAt }, signal, work)) {
        return;
      }
    }
  }

  read(processor: string): Promise<Checkpoint | undefined> {
    return readCheckpoint(this.#pool, processor);
  }

  /** A server that does not answer is waited for like a holder that does not let go. */
  async #tryToAcquire(processor: string): Promise<Acquired | undefined> {
    try {
      return await acquireLease(this.#pool, processor, `${this.#holder} ${newId()}`, TTL_MS);
    } catch (error) {
      if (isTransient(error)) return undefined;
      throw error;
    }
  }

  /** False when the lease was lost, however the work ended then. */
  async #workWith(
    holding: Holding,
    signal: AbortSignal,
    work: (held: PostgresHeldCheckpoint) => Promise<void>,
  ): Promise<boolean> {
    this.#holdings.add(holding);
    this.#renewLater();
    const { lost } = holding;
    try {
      await work(this.#heldBy(holding, AbortSignal.any([lost.signal, signal])));
      return !lost.signal.aborted;
    } catch (error) {
      if (lost.signal.aborted) return false;
      throw error;
    } finally {
      this.#holdings.delete(holding);
      await releaseLease(this.#pool, holding.lease).catch(() => undefined); // it expires
    }
  }

  #heldBy({ lease, lost }: Holding, signal: AbortSignal): PostgresHeldCheckpoint {
    const noticingLoss = (saving: Promise<void>): Promise<void> =>
      saving.catch((error: unknown) => {
        if (isAppError(error, 'revision-conflict')) lost.abort();
        throw error;
      });
    return {
      checkpoint: lease.checkpoint,
      signal,
      save: (checkpoint) => noticingLoss(saveCheckpoint(this.#pool, lease, checkpoint)),
      saveWith: (client, checkpoint) => noticingLoss(saveCheckpointWithin(client, lease, checkpoint)),
    };
  }

  #renewLater(): void {
    if (this.#renewing !== undefined) return;
    this.#renewing = setTimeout(() => {
      void this.#renew().finally(() => {
        this.#renewing = undefined;
        if (this.#holdings.size > 0) this.#renewLater();
      });
    }, RENEW_MS).unref();
  }

  /** One statement for all leases of this process. */
  async #renew(): Promise<void> {
    const holdings = [...this.#holdings];
    if (holdings.length === 0) return;
    const askedAt = performance.now();
    const leases = holdings.map(({ lease }) => lease);
    const renewed = await renewLeases(this.#pool, leases, TTL_MS).catch(() => undefined);
    for (const holding of holdings) {
      if (renewed?.has(holding.lease.processor) === true) holding.renewedAt = askedAt;
      else if (renewed !== undefined || performance.now() - holding.renewedAt > TTL_MS) holding.lost.abort();
    }
  }
}

export const postgresCheckpointStore = (options: PostgresCheckpointStoreOptions): PostgresCheckpointStore =>
  new PostgresCheckpointStore(options);
