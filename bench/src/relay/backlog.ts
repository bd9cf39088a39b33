import { setTimeout as delay } from 'node:timers/promises';
import { type EventStore, newId, streamName } from '@keyledger/event-sourcing';
import { EVENTS_STREAM } from '@keyledger/messaging';
import { ensureStreams } from '@keyledger/messaging-nats';
import { jetstream, type JetStreamManager } from '@nats-io/jetstream';
import { headers, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { sampleEvent } from '../sample-events.ts';

const APPENDS_AT_ONCE = 500;

export const fill = async (store: EventStore, count: number): Promise<void> => {
  const append = () => store.append(streamName('lease', newId()), [sampleEvent()], 'no-stream');
  for (let from = 0; from < count; from += APPENDS_AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(APPENDS_AT_ONCE, count - from) }, append));
};

/** An empty stream. A relay finds another birth and publishes from the beginning. */
export const beginAnew = async (manager: JetStreamManager, admin: NatsConnection): Promise<void> => {
  await manager.streams.delete(EVENTS_STREAM).catch(() => undefined);
  await ensureStreams(admin);
};

/** Waits until the stream holds so many messages. */
export const stored = async (manager: JetStreamManager, count: number): Promise<void> => {
  while ((await manager.streams.info(EVENTS_STREAM)).state.messages < count) await delay(5);
};

export interface Message {
  readonly subject: string;
  readonly headers: MsgHdrs;
  readonly payload: Uint8Array;
  readonly id: string;
}

/** What lies in the stream, ready to be published again byte for byte. */
export const messagesOf = async (manager: JetStreamManager, count: number): Promise<Message[]> => {
  const messages: Message[] = [];
  for (let seq = 1; seq <= count; seq += 1) {
    const found = await manager.direct.getMessage(EVENTS_STREAM, { seq });
    if (found === null) throw new Error(`Message ${seq} is missing`);
    const copied = headers();
    for (const key of found.header.keys()) if (key.startsWith('ce-')) copied.set(key, found.header.get(key));
    messages.push({ subject: found.subject, headers: copied, payload: found.data, id: found.header.get('ce-id') });
  }
  return messages;
};

/** `publish` of the client, with so many on their way at once. */
export const publishBare = async (
  connection: NatsConnection,
  messages: readonly Message[],
  window: number,
): Promise<void> => {
  const client = jetstream(connection);
  let next = 0;
  const publisher = async (): Promise<void> => {
    for (let message = messages[next++]; message !== undefined; message = messages[next++])
      await client.publish(message.subject, message.payload, { headers: message.headers, msgID: message.id });
  };
  await Promise.all(Array.from({ length: window }, publisher));
};
