import type { Position, Projection, RecordedEvent } from '@keyledger/event-sourcing';
import type pg from 'pg';
import type { PostgresHeldCheckpoint } from './postgres-checkpoint-store.ts';

/**
 * A transaction that has written holds back every reader of the event log in the same server, so a large batch is
 * committed in slices of about this time.
 */
const SLICE_MS = 50;

/** Applies the events in order and moves the checkpoint to `end`; each transaction does both or nothing. */
export const applyBatch = async (
  projection: Projection<pg.ClientBase>,
  held: PostgresHeldCheckpoint,
  events: readonly RecordedEvent[],
  end: Position,
): Promise<void> => {
  for (let rest = events; rest.length > 0;) {
    let applied = 0;
    // The checkpoint moves first: it proves that this process may write, and takes the locks in the order of a rebuild.
    await held.saveWith(end, async (client) => {
      applied = await applySlice(projection, client, rest);
      return rest.length === applied ? end : (rest[applied - 1]?.position ?? end);
    });
    rest = rest.slice(applied);
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
