import { eventSubjectsOf, type ServiceName } from '@keyledger/messaging';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { EventFanOut } from '../../application/event-fan-out.ts';

/** Whose events change what a subscription shows. */
const sources: readonly ServiceName[] = ['approval', 'vault', 'delivery'];

/** `keyledger.<service>.event.<category>.<Type>` */
const CATEGORY = 3;

/**
 * The key requests that an event concerns (its correlation id is one, and its data may name one), the lease that its data
 * may name, and the category of its stream.
 */
const topicsOf = (message: Msg): readonly string[] => {
  const correlationId = message.headers?.get('ce-correlationid');
  let named: { requestId?: unknown; leaseId?: unknown } | null;
  try {
    named = message.json<typeof named>();
  } catch {
    named = null; // an event without data
  }
  return [correlationId, named?.requestId, named?.leaseId, message.subject.split('.')[CATEGORY]].filter(
    (id): id is string => typeof id === 'string' && id !== '',
  );
};

const relay = async (messages: AsyncIterable<Msg>, fanOut: EventFanOut): Promise<void> => {
  for await (const message of messages) fanOut.publish(topicsOf(message));
};

/**
 * Listens to the events of the other services as they pass, without a queue group: every replica of the gateway serves
 * its own subscribers. Nothing is acknowledged or kept. Ends with the signal.
 */
export const relayNatsEvents = async (
  connection: NatsConnection,
  fanOut: EventFanOut,
  signal: AbortSignal,
): Promise<void> => {
  const subscriptions = sources.map((service) => connection.subscribe(eventSubjectsOf(service)));
  const stop = (): void => subscriptions.forEach((subscription) => subscription.unsubscribe());
  signal.addEventListener('abort', stop, { once: true });
  await Promise.all(subscriptions.map((subscription) => relay(subscription, fanOut)));
};
