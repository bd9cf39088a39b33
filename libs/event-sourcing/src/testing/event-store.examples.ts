import type { EventStore, SubscribeOptions, SubscriptionBatch } from '../event-store.port.ts';
import { type NewEvent, type Position, type RecordedEvent, type StreamName, streamName } from '../event.ts';
import { newId } from '../ids.ts';

/** The suites write to these categories only; a store with access rights must allow them to its client. */
export const contractCategories = ['contractOrder', 'contractParcel'] as const;

export const [ORDER, PARCEL] = contractCategories;

export const anyStream = (category: string = ORDER): StreamName => streamName(category, newId());

/** An event type that no other test uses, so that a filter by it sees this test only. */
export const anyType = (name: string): string => `${name}${newId().replaceAll('-', '')}`;

/** A new event with text that an encoding could spoil. */
export const anEvent = (type = 'Opened', data: unknown = { note: 'ü 漢 😀 "quoted" \\ \n\t' }): NewEvent => ({
  id: newId(),
  type,
  schemaVersion: 1,
  data,
  metadata: {
    actor: { kind: 'user', id: 'ada@example.org', proof: 'session', roles: ['member'] },
    correlationId: newId(),
    causationId: newId(),
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    occurredAt: '2026-03-01T10:00:00.000Z',
  },
});

export const events = (count: number, type?: string): NewEvent[] =>
  Array.from({ length: count }, (_, index) => anEvent(type, { index }));

export const toArray = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
};

export const idsOf = (list: readonly { readonly id: string }[]): string[] => list.map(({ id }) => id);

/** Writes one event and returns its position: a place to start reading from that skips what other tests wrote. */
export const mark = async (store: EventStore): Promise<Position> =>
  (await store.append(anyStream(), [anEvent('Marked')], 'no-stream')).position;

/** Runs a subscription until `enough` says so and returns everything that it delivered. */
export const follow = async (
  store: EventStore,
  options: Omit<SubscribeOptions, 'signal'>,
  enough: (seen: readonly RecordedEvent[], batch: SubscriptionBatch) => boolean,
): Promise<RecordedEvent[]> => {
  const stop = new AbortController();
  const seen: RecordedEvent[] = [];
  for await (const batch of store.subscribe({ ...options, signal: stop.signal })) {
    seen.push(...batch.events);
    if (enough(seen, batch)) stop.abort();
  }
  return seen;
};
