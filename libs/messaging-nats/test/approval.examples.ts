import { type EventStore, newId, type NewEvent, type Position, streamName } from '@keyledger/event-sourcing';
import { defineIntegrationEvent, type EventPublication } from '@keyledger/messaging';
import { z } from 'zod';

/** Under the names that the permissions of the vault's reactor allow, with a shape of our own. */
export const KeyRequestApproved = defineIntegrationEvent(
  'approval',
  'keyRequest',
  'KeyRequestApproved',
  1,
  z.object({ index: z.int() }),
);

export const approvalCategories = ['keyRequest'];

/** `Approved` is public, all else is private. */
export const publication: EventPublication = ({ type, data }) =>
  type === 'Approved' ? { definition: KeyRequestApproved, data } : undefined;

export const anEvent = (type: string, data: unknown): NewEvent => ({
  id: newId(),
  type,
  schemaVersion: 1,
  data,
  metadata: {
    actor: { kind: 'user', id: 'Zoë', proof: 'session', roles: ['reviewer'] },
    correlationId: newId(),
    causationId: newId(),
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    occurredAt: '2026-03-01T10:00:00.000Z',
  },
});

/** Appends each event to a stream of its own and returns the last position. */
export const append = async (store: EventStore, events: readonly NewEvent[]): Promise<Position> => {
  let last: Position | undefined;
  for (const event of events)
    ({ position: last } = await store.append(streamName('keyRequest', newId()), [event], 'no-stream'));
  if (last === undefined) throw new Error('Nothing to append');
  return last;
};

let count = 0;

/** Public events with growing numbers. */
export const approvals = (howMany: number): NewEvent[] =>
  Array.from({ length: howMany }, () => anEvent('Approved', { index: (count += 1) }));

export const idsOf = (events: readonly { readonly id: string }[]): string[] => events.map(({ id }) => id);
