import { type RecordedEvent, streamIdOf } from '@keyledger/event-sourcing';
import type { EventPublication, IntegrationEvent, IntegrationEventDefinition } from './integration-event.ts';

export interface PublishedEvent {
  readonly definition: IntegrationEventDefinition;
  readonly event: IntegrationEvent;
}

/**
 * What others see of a stored event; `undefined` when it is private. Throws when the publication does not keep to its own
 * contract, naming fields and no values.
 */
export const publishedEventOf = (
  publication: EventPublication,
  recorded: RecordedEvent,
): PublishedEvent | undefined => {
  const published = publication(recorded);
  if (published === undefined) return undefined;
  const { definition } = published;
  const { service, category, type, version } = definition;
  const { occurredAt, correlationId, causationId, traceparent, actor } = recorded.metadata;
  const parsed = definition.schema.safeParse(published.data);
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path, code }) => `${path.map(String).join('.')} (${code})`).join(', ');
    throw new Error(`The data of ${type} does not have its declared shape: ${fields}`);
  }
  const event: IntegrationEvent = {
    id: recorded.id,
    service,
    category,
    streamId: streamIdOf(recorded.stream),
    type,
    version,
    occurredAt,
    correlationId,
    causationId,
    ...(traceparent === undefined ? {} : { traceparent }),
    actor,
    position: recorded.position,
    data: parsed.data,
  };
  return { definition, event };
};
