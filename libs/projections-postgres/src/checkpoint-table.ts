import { AppError } from '@keyledger/errors';
import { type Checkpoint, type Position, positionOf } from '@keyledger/event-sourcing';
import { translated } from '@keyledger/event-store-postgres';
import type pg from 'pg';

/** A pool, or a client with a transaction of its own. */
export type Queryable = Pick<pg.ClientBase, 'query'>;

/** The right to move one checkpoint. `fence` grows with each new holder, so that an earlier one is recognised. */
export interface Right {
  readonly processor: string;
  readonly fence: string;
}

export interface Acquired extends Right {
  readonly checkpoint: Checkpoint | undefined;
}

interface CheckpointRow {
  readonly position: string | null;
  readonly epoch: string | null;
}

const run = <Row extends pg.QueryResultRow>(
  db: Queryable,
  statement: pg.QueryConfig & { readonly name: string },
): Promise<pg.QueryResult<Row>> => translated(db.query<Row>(statement));

const checkpointOf = ({ position, epoch }: CheckpointRow): Checkpoint | undefined =>
  position === null ? undefined : { position: positionOf(position), ...(epoch === null ? {} : { epoch }) };

export const readCheckpoint = async (db: Queryable, processor: string): Promise<Checkpoint | undefined> => {
  const { rows } = await run<CheckpointRow>(db, {
    name: 'checkpoint-read',
    text: 'select position, epoch from checkpoints where processor = $1',
    values: [processor],
  });
  return rows[0] === undefined ? undefined : checkpointOf(rows[0]);
};

/** Takes the right if nobody holds it or its holder has been silent for too long, by the clock of the server. */
export const acquireRight = async (
  db: Queryable,
  processor: string,
  holder: string,
  ttlMs: number,
): Promise<Acquired | undefined> => {
  // Asked first without writing: whoever waits asks often.
  const held = await run(db, {
    name: 'checkpoint-is-held',
    text: 'select from checkpoints where processor = $1 and holder is not null and expires_at >= clock_timestamp()',
    values: [processor],
  });
  if (held.rowCount !== 0) return undefined;
  const { rows } = await run<CheckpointRow & { fence: string }>(db, {
    name: 'checkpoint-acquire',
    text: `insert into checkpoints as c (processor, holder, fence, expires_at)
      values ($1, $2, 1, clock_timestamp() + $3 * interval '1 millisecond')
      on conflict (processor) do update
        set holder = excluded.holder, fence = c.fence + 1, expires_at = excluded.expires_at
        where c.holder is null or c.expires_at < clock_timestamp()
      returning fence::text as fence, position, epoch`,
    values: [processor, holder, ttlMs],
  });
  const [row] = rows;
  return row === undefined ? undefined : { processor, fence: row.fence, checkpoint: checkpointOf(row) };
};

/**
 * Joined to a statement that commits by itself, spares it the wait for the disk: what a crash of the server takes is done
 * again. Not for a new fence, which must never be given out twice.
 */
const WITHOUT_WAITING = `(select set_config('synchronous_commit', 'off', true)) without_waiting`;

/** Prolongs rights and returns, for those that are still held, by processor, where the checkpoint is. */
export const renewRights = async (
  db: Queryable,
  rights: readonly Right[],
  ttlMs: number,
): Promise<ReadonlyMap<string, string | null>> => {
  const { rows } = await run<{ processor: string; position: string | null }>(db, {
    name: 'checkpoint-renew',
    text: `update checkpoints c set expires_at = clock_timestamp() + $3 * interval '1 millisecond'
      from unnest($1::text[], $2::bigint[]) l(processor, fence), ${WITHOUT_WAITING}
      where c.processor = l.processor and c.fence = l.fence
      returning c.processor, c.position`,
    values: [rights.map(({ processor }) => processor), rights.map(({ fence }) => fence), ttlMs],
  });
  return new Map(rows.map(({ processor, position }) => [processor, position]));
};

export const releaseRight = async (db: Queryable, { processor, fence }: Right): Promise<void> => {
  await run(db, {
    name: 'checkpoint-release',
    text: 'update checkpoints set holder = null, expires_at = null where processor = $1 and fence = $2',
    values: [processor, fence],
  });
};

/** The checkpoint is still where its holder left it, unless a crash of the server took back what it saved last. */
const statementFor = (name: string, joined: string): { readonly name: string; readonly text: string } => ({
  name,
  text: `update checkpoints set position = $3, epoch = $4${joined}
    where processor = $1 and fence = $2 and position is not distinct from $5`,
});

const ALONE = statementFor('checkpoint-save', ` from ${WITHOUT_WAITING}`);
const WITHIN = statementFor('checkpoint-save-within', '');

const move = async (
  db: Queryable,
  statement: typeof ALONE,
  { processor, fence }: Right,
  { from, to }: Movement,
): Promise<void> => {
  const values = [processor, fence, to.position, to.epoch ?? null, from ?? null];
  const { rowCount } = await run(db, { ...statement, values });
  if (rowCount === 1) return;
  const reasons = 'another process runs it by now, or the server has forgotten what was saved last';
  throw new AppError('revision-conflict', `The checkpoint of ${processor} was not moved: ${reasons}`);
};

export interface Movement {
  /** Where its holder left it. */
  readonly from: Position | undefined;
  readonly to: Checkpoint;
}

/**
 * Moves the checkpoint, by itself and without waiting for the disk: a crash of the server may take it back a little.
 * Throws `revision-conflict` when somebody else took the right or when that has happened.
 */
export const saveCheckpoint = (pool: pg.Pool, right: Right, movement: Movement): Promise<void> =>
  move(pool, ALONE, right, movement);

/** The same as a part of the transaction of `client`, until whose end its row is locked. */
export const saveCheckpointWithin = (client: Queryable, right: Right, movement: Movement): Promise<void> =>
  move(client, WITHIN, right, movement);

/** Forgets the checkpoint and takes the right from its holder. Locks the row until the transaction ends. */
export const resetCheckpoint = async (db: Queryable, processor: string): Promise<void> => {
  await run(db, {
    name: 'checkpoint-reset',
    text: `insert into checkpoints as c (processor, fence) values ($1, 1)
      on conflict (processor) do update
        set position = null, epoch = null, fence = c.fence + 1, holder = null, expires_at = null`,
    values: [processor],
  });
};
