import type { Position, Projection, RecordedEvent } from '@keyledger/event-sourcing';
import type pg from 'pg';
import type { PostgresHeldCheckpoint } from './postgres-checkpoint-store.ts';
import { inTransaction } from './transaction.ts';

/**
 * A transaction that has written holds back every reader of the event log in the same server, so a large batch is
 * committed in slices of about this time.
 */
const SLICE_MS = 50;

/** Applies the events in order and moves the checkpoint to `end`; each transaction does both or nothing. */
export const applyBatch = async (
  pool: pg.Pool,
  projection: Projection<pg.ClientBase>,
  held: PostgresHeldCheckpoint,
  events: readonly RecordedEvent[],
  end: Position,
): Promise<void> => {
  for (let applied = 0; applied < events.length;) {
    const rest = events.slice(applied);
    const apply = async (client: pg.ClientBase): Promise<number> => {
      // First of all: it proves that this process may write, and it takes the locks in the order of a rebuild.
      await held.saveWith(client, { position: end });
      const count = await applySlice(projection, client, rest);
      const last = rest[count - 1];
      if (count < rest.length && last !== undefined) await held.saveWith(client, { position: last.position });
      return count;
    };
    // Rows and checkpoint are lost together, and then built again.
    applied += await inTransaction(pool, apply, { isDurable: false });
  }
};

/** Returns how many events fitted into the time, at least one. */
const applySlice = async (
  projection: Projection<pg.ClientBase>,
  client: pg.ClientBase,
  events: readonly RecordedEvent[],
): Promise<number> => {
  const endsAt = performance.now() + SLICE_MS;
  let count = 0;
  for (const event of events) {
    await projection.apply(event, client);
    count += 1;
    if (performance.now() > endsAt) break;
  }
  return count;
};
