import type { EventReactor, IntegrationEvent, IntegrationEventDefinition } from '@keyledger/messaging';
import { continueTrace, withCorrelation, withSpan } from '@keyledger/telemetry';
import type { MsgHdrs } from '@nats-io/transport-node';
import { decodeCloudEvent } from './cloud-event.ts';

export interface ReceivedEvent {
  readonly headers: MsgHdrs | undefined;
  readonly payload: string;
}

/**
 * Decodes and checks an event. A newer version than this code knows is an error, since its meaning is not known; what an
 * older version lacks shows in the schema. Errors name fields, never values.
 */
const openEvent = (definition: IntegrationEventDefinition, { headers, payload }: ReceivedEvent): IntegrationEvent => {
  const event = decodeCloudEvent(headers, payload);
  if (event.service !== definition.service || event.category !== definition.category || event.type !== definition.type)
    throw new Error(`Expected ${definition.subject}, got another type of event`);
  if (event.version > definition.version)
    throw new Error(`${event.type} has version ${event.version}, this code knows ${definition.version}`);
  const parsed = definition.schema.safeParse(event.data);
  if (parsed.success) return { ...event, data: parsed.data };
  const fields = parsed.error.issues.map(({ path, code }) => `${path.map(String).join('.')} (${code})`).join(', ');
  throw new Error(`${event.type} does not have its declared shape: ${fields}`);
};

/** Lets a reactor handle one received event, as part of the trace that led to the event. */
export const reactTo = async (
  reactor: EventReactor,
  definition: IntegrationEventDefinition,
  received: ReceivedEvent,
  attempt: number,
): Promise<void> => {
  const event = openEvent(definition, received);
  const attributes = {
    'messaging.system': 'nats',
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': definition.subject,
    'messaging.message.id': event.id,
    'messaging.message.conversation_id': event.correlationId,
    'messaging.consumer.group.name': reactor.name,
  };
  await continueTrace(event.traceparent, () =>
    withCorrelation(event.correlationId, () =>
      withSpan(`process ${definition.subject}`, attributes, () => reactor.react(event, { number: attempt }), {
        kind: 'consumer',
        links: [event.traceparent],
      }),
    ),
  );
};
