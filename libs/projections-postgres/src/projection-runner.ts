import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError, isTransient } from '@keyledger/errors';
import {
  type EventStore,
  newId,
  type Position,
  type Projection,
  type SubscriptionBatch,
} from '@keyledger/event-sourcing';
import { databaseFault } from '@keyledger/event-store-postgres';
import type pg from 'pg';
import { resetCheckpoint } from './checkpoint-table.ts';
import { PostgresCheckpointStore, type PostgresHeldCheckpoint } from './postgres-checkpoint-store.ts';
import { applyBatch } from './projection-batch.ts';
import { inTransaction } from './transaction.ts';

/** The part of a structured logger that is used here. */
export interface ProjectionLogger {
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

export interface ProjectionRunnerOptions {
  readonly eventStore: EventStore;
  /** Of a role whose search path leads to the read models and to the table `checkpoints`. */
  readonly pool: pg.Pool;
  readonly projections: readonly Projection<pg.ClientBase>[];
  readonly logger?: ProjectionLogger;
}

export type ProjectionHealth = Readonly<{ status: 'up' }> | Readonly<{ status: 'degraded'; reason: string }>;

const SILENT: ProjectionLogger = { warn: () => undefined, error: () => undefined };

/**
 * Read models are built in the pauses of the work that somebody waits for, from a few events at a time: one transaction for
 * all events of one command costs a fraction of one for each.
 */
const GATHER_MS = 50;

const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 5_000;

/** How often `awaitCheckpoint` looks at what other replicas have done. */
const LOOK_MS = 25;

const processorOf = (name: string): string => `projection:${name}`;

/**
 * Keeps the read models of a service up to date. Any number of replicas may run it: each projection is at work in one of
 * them, and rows and checkpoint move in one transaction that fails when another replica took over.
 */
export class ProjectionRunner {
  readonly name = 'projections';
  readonly #eventStore: EventStore;
  readonly #pool: pg.Pool;
  readonly #projections: ReadonlyMap<string, Projection<pg.ClientBase>>;
  readonly #checkpoints: PostgresCheckpointStore;
  readonly #logger: ProjectionLogger;
  readonly #defects = new Map<string, unknown>();
  #moved = Promise.withResolvers<void>();

  constructor({ eventStore, pool, projections, logger = SILENT }: ProjectionRunnerOptions) {
    this.#eventStore = eventStore;
    this.#pool = pool;
    this.#projections = new Map(projections.map((projection) => [projection.name, projection]));
    if (this.#projections.size !== projections.length) throw new Error('Two projections have the same name');
    this.#checkpoints = new PostgresCheckpointStore({ pool, holder: `projections ${newId()}` });
    this.#logger = logger;
  }

  /**
   * For health: degraded while a defect keeps read models of this process from following the events. They are tried again
   * when the process starts anew.
   */
  check(): Promise<ProjectionHealth> {
    const stopped = [...this.#defects.keys()];
    return Promise.resolve(
      stopped.length === 0 ? { status: 'up' } : { status: 'degraded', reason: `Stopped: ${stopped.join(', ')}` },
    );
  }

  /** Runs until the signal aborts, then gives everything up. A projection that meets a defect stops alone. */
  async run(signal: AbortSignal): Promise<void> {
    const stopped = signal.aborted ? Promise.resolve() : once(signal, 'abort');
    const running = [...this.#projections.values()].map((projection) => this.#keepRunning(projection, signal));
    await Promise.all([stopped, ...running]);
  }

  /**
   * Resolves when the read model contains everything up to `position`, whichever replica builds it. Throws
   * `deadline-exceeded` after `timeoutMs`, and `internal` when a defect stopped the projection in this process.
   */
  async awaitCheckpoint(name: string, position: Position, { timeoutMs = 10_000 } = {}): Promise<void> {
    this.#projection(name);
    const deadline = AbortSignal.timeout(timeoutMs);
    for (;;) {
      const moved = this.#moved.promise;
      if (await this.#hasReached(name, position)) return;
      if (this.#defects.has(name)) throw new AppError('internal', `Projection ${name} has stopped`);
      if (deadline.aborted) throw new AppError('deadline-exceeded', `Projection ${name} does not get that far in time`);
      await Promise.race([moved, delay(LOOK_MS)]);
    }
  }

  async #hasReached(name: string, position: Position): Promise<boolean> {
    try {
      const checkpoint = await this.#checkpoints.read(processorOf(name));
      return checkpoint !== undefined && checkpoint.position >= position;
    } catch (error) {
      if (isTransient(error)) return false;
      throw error;
    }
  }

  /**
   * Empties the read model and lets it grow again from the first event, while everything runs. Resolves when it is empty;
   * `awaitCheckpoint` tells when it is complete. Works from any process, also for a projection that a defect stopped
   * elsewhere.
   */
  async rebuild(name: string): Promise<void> {
    const projection = this.#projection(name);
    // The checkpoint first: it is locked before the rows here as in every batch, so the two never wait for each other.
    await inTransaction(this.#pool, async (client) => {
      await resetCheckpoint(client, processorOf(name));
      await projection.reset(client);
    });
  }

  #projection(name: string): Projection<pg.ClientBase> {
    const projection = this.#projections.get(name);
    if (projection === undefined) throw new AppError('not-found', `There is no projection ${name}`);
    return projection;
  }

  async #keepRunning(projection: Projection<pg.ClientBase>, signal: AbortSignal): Promise<void> {
    let retryMs = RETRY_MIN_MS;
    while (!signal.aborted) {
      try {
        await this.#checkpoints.hold(processorOf(projection.name), signal, async (held) => {
          await this.#follow(projection, held, () => (retryMs = RETRY_MIN_MS));
        });
      } catch (error) {
        const fault = databaseFault(error);
        if (!isTransient(fault)) {
          this.#stop(projection.name, fault);
          return;
        }
        this.#logger.warn({ projection: projection.name, err: fault, retryMs }, 'projection waits and tries again');
        await delay(retryMs, undefined, { signal }).catch(() => undefined);
        retryMs = Math.min(RETRY_MAX_MS, retryMs * 2);
      }
    }
  }

  #stop(name: string, error: unknown): void {
    this.#defects.set(name, error);
    this.#logger.error({ projection: name, err: error }, 'projection stopped by a defect');
    this.#announce();
  }

  async #follow(
    projection: Projection<pg.ClientBase>,
    held: PostgresHeldCheckpoint,
    onProgress: () => void,
  ): Promise<void> {
    const { filter } = projection;
    const { checkpoint, signal } = held;
    const after = checkpoint === undefined ? {} : { after: checkpoint.position };
    for await (const batch of this.#eventStore.subscribe({ ...after, filter, signal, gatherMs: GATHER_MS })) {
      await this.#apply(projection, held, batch);
      onProgress();
      this.#announce();
    }
  }

  async #apply(
    projection: Projection<pg.ClientBase>,
    held: PostgresHeldCheckpoint,
    { events, checkpoint }: SubscriptionBatch,
  ): Promise<void> {
    if (checkpoint === undefined) return;
    if (events.length === 0) await held.save({ position: checkpoint });
    else await applyBatch(projection, held, events, checkpoint);
  }

  #announce(): void {
    this.#moved.resolve();
    this.#moved = Promise.withResolvers<void>();
  }
}
