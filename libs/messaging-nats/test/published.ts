import { EVENTS_STREAM, type IntegrationEvent } from '@keyledger/messaging';
import type { NatsConnection } from '@nats-io/transport-node';
import { decodeCloudEvent } from '../src/events/cloud-event.ts';
import { isConnected } from '../src/connection-state.ts';
import { ensureStreams, managerOf } from '../src/events/streams.ts';
import { waitUntil } from './wait-until.ts';

/** Everything that lies in the stream of events, in its order. */
export const published = async (admin: NatsConnection): Promise<IntegrationEvent[]> => {
  await waitUntil(() => isConnected(admin));
  await ensureStreams(admin);
  const manager = await managerOf(admin);
  const { state } = await manager.streams.info(EVENTS_STREAM);
  const events: IntegrationEvent[] = [];
  for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq += 1) {
    const message = await manager.direct.getMessage(EVENTS_STREAM, { seq });
    if (message !== null) events.push(decodeCloudEvent(message.header, message.string()));
  }
  return events;
};

/** What a reader that ignores repetitions has seen. */
export const withoutRepetitions = (ids: readonly string[]): string[] => [...new Set(ids)];
