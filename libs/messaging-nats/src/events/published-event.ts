import { type RecordedEvent, streamIdOf } from '@keyledger/event-sourcing';
import type { EventPublication, IntegrationEvent } from '@keyledger/messaging';
import { type EncodedEvent, encodeCloudEvent } from './cloud-event.ts';

/** The publication of a stored event broke its own contract. Skipping it would hide a fact from the other services. */
export class PublicationDefect extends Error {
  override readonly name = 'PublicationDefect';
}

/** What others see of a stored event; `undefined` when it is private. Throws `PublicationDefect`. */
export const publishedEvent = (publication: EventPublication, recorded: RecordedEvent): EncodedEvent | undefined => {
  try {
    return encode(publication, recorded);
  } catch (cause) {
    throw new PublicationDefect(`Event ${recorded.id} of type ${recorded.type} cannot be published`, { cause });
  }
};

const encode = (publication: EventPublication, recorded: RecordedEvent): EncodedEvent | undefined => {
  const published = publication(recorded);
  if (published === undefined) return undefined;
  const { definition } = published;
  const { metadata } = recorded;
  const parsed = definition.schema.safeParse(published.data);
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path, code }) => `${path.map(String).join('.')} (${code})`).join(', ');
    throw new Error(`The data of ${definition.type} does not have its declared shape: ${fields}`);
  }
  const event: IntegrationEvent = {
    id: recorded.id,
    service: definition.service,
    aggregate: definition.aggregate,
    aggregateId: streamIdOf(recorded.stream),
    type: definition.type,
    version: definition.version,
    occurredAt: metadata.occurredAt,
    correlationId: metadata.correlationId,
    causationId: metadata.causationId,
    ...(metadata.traceparent === undefined ? {} : { traceparent: metadata.traceparent }),
    actor: metadata.actor,
    position: recorded.position,
    data: parsed.data,
  };
  return encodeCloudEvent(definition.subject, event);
};
