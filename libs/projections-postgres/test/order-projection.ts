import { type NewEvent, newId, type Projection, type StreamName, streamName } from '@keyledger/event-sourcing';
import { contractCategories } from '@keyledger/event-sourcing/testing';
import type pg from 'pg';

const [ORDER] = contractCategories;

export const anyStream = (): StreamName => streamName(ORDER, newId());

export const anEvent = (type = 'Opened'): NewEvent => ({
  id: newId(),
  type,
  schemaVersion: 1,
  data: {},
  metadata: {
    actor: { kind: 'service', id: 'service:vault', proof: 'service', roles: ['service'] },
    correlationId: newId(),
    causationId: newId(),
    occurredAt: '2026-03-01T10:00:00.000Z',
  },
});

/** Counts the events of each stream: an event applied twice or never shows. */
export const orders: Projection<pg.ClientBase> = {
  name: 'orders',
  filter: { categories: [ORDER] },
  apply: async ({ stream }, tx) => {
    const counting = `insert into orders as o (stream, events) values ($1, 1)
      on conflict (stream) do update set events = o.events + 1`;
    await tx.query(counting, [stream]);
  },
  reset: async (tx) => {
    await tx.query('truncate orders');
  },
};

/** The read model as it must be, by stream. */
export const countsIn = async (pool: pg.Pool, streams: readonly StreamName[]): Promise<Record<string, number>> => {
  const { rows } = await pool.query<{ stream: string; events: number }>(
    'select stream, events::int as events from orders where stream = any ($1)',
    [streams],
  );
  return Object.fromEntries(rows.map(({ stream, events }) => [stream, events]));
};
