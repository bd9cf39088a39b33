import { setTimeout as delay } from 'node:timers/promises';
import { isAppError, isTransient } from '@keyledger/errors';
import {
  type Checkpoint,
  type CheckpointStore,
  type HeldCheckpoint,
  newId,
  type Position,
} from '@keyledger/event-sourcing';
import type pg from 'pg';
import {
  type Acquired,
  acquireRight,
  readCheckpoint,
  releaseRight,
  renewRights,
  saveCheckpoint,
  saveCheckpointWithin,
} from './checkpoint-table.ts';
import { inTransaction } from './transaction.ts';

export interface PostgresCheckpointStoreOptions {
  /** Of a role whose search path leads to the schema with the table `checkpoints`. */
  readonly pool: pg.Pool;
  /** Names this process to operators who look at the table. */
  readonly holder: string;
}

/** A held checkpoint that can also move together with rows. */
export interface PostgresHeldCheckpoint extends HeldCheckpoint {
  /**
   * Like `save`, in one transaction with what `work` writes, which says how far it came: usually to `end`. The checkpoint is
   * locked before `work` begins. The commit does not wait for the disk: a crash of the server takes back rows and
   * checkpoint together.
   */
  saveWith(end: Position, work: (client: pg.ClientBase) => Promise<Position>): Promise<void>;
}

/** A holder that is silent for so long has died. */
const TTL_MS = 2500;
const RENEW_MS = 700;
/** How often the others look; with TTL_MS the longest time until a dead holder is replaced. */
const LOOK_MS = 250;

interface Holding {
  readonly right: Acquired;
  readonly lost: AbortController;
  /** When the last successful renewal was sent, by the clock of this process. */
  renewedAt: number;
  /** Where this holder left the checkpoint; a new object with each move. */
  left: { readonly at: Position | undefined };
  isMoving: boolean;
}

const newHolding = (right: Acquired, renewedAt: number): Holding => ({
  right,
  lost: new AbortController(),
  renewedAt,
  left: { at: right.checkpoint?.position },
  isMoving: false,
});

/**
 * Checkpoints in one table, each with the right to move it. A holder proves with each save that nobody took that since (its
 * fence), so a
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
      const right = await this.#tryToAcquire(processor);
      if (right === undefined) {
        await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
      } else if (await this.#workWith(newHolding(right, askedAt), signal, work)) {
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
      return await acquireRight(this.#pool, processor, `${this.#holder} ${newId()}`, TTL_MS);
    } catch (error) {
      if (isTransient(error)) return undefined;
      throw error;
    }
  }

  /** False when the right was lost, however the work ended then. */
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
      await releaseRight(this.#pool, holding.right).catch(() => undefined); // it expires
    }
  }

  #heldBy(holding: Holding, signal: AbortSignal): PostgresHeldCheckpoint {
    const { right } = holding;
    return {
      checkpoint: right.checkpoint,
      signal,
      save: (to) =>
        moving(holding, async (from) => {
          await saveCheckpoint(this.#pool, right, { from, to });
          return to.position;
        }),
      saveWith: (end, work) =>
        moving(holding, (from) =>
          inTransaction(
            this.#pool,
            async (client) => {
              await saveCheckpointWithin(client, right, { from, to: { position: end } });
              const reached = await work(client);
              if (reached !== end) await saveCheckpointWithin(client, right, { from: end, to: { position: reached } });
              return reached;
            },
            { isDurable: false },
          ),
        ),
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

  /** One statement for all rights of this process. */
  async #renew(): Promise<void> {
    const before = [...this.#holdings].map((holding) => ({
      holding,
      left: holding.isMoving ? undefined : holding.left,
    }));
    if (before.length === 0) return;
    const askedAt = performance.now();
    const rights = before.map(({ holding: { right } }) => right);
    const renewed = await renewRights(this.#pool, rights, TTL_MS).catch(() => undefined);
    for (const { holding, left } of before) {
      const position = renewed?.get(holding.right.processor);
      // Nobody moved it meanwhile, so it is elsewhere only if a crash of the server took back the last move.
      const isTakenBack = left === holding.left && !holding.isMoving && position !== (left.at ?? null);
      if (position !== undefined && !isTakenBack) holding.renewedAt = askedAt;
      else if (renewed !== undefined || performance.now() - holding.renewedAt > TTL_MS) holding.lost.abort();
    }
  }
}

/** Lets `move` go from where the checkpoint was left, and remembers where it came to. */
const moving = async (holding: Holding, move: (from: Position | undefined) => Promise<Position>): Promise<void> => {
  holding.isMoving = true;
  try {
    holding.left = { at: await move(holding.left.at) };
  } catch (error) {
    if (isAppError(error, 'revision-conflict')) holding.lost.abort();
    throw error;
  } finally {
    holding.isMoving = false;
  }
};

export const postgresCheckpointStore = (options: PostgresCheckpointStoreOptions): PostgresCheckpointStore =>
  new PostgresCheckpointStore(options);
