import type { RecordedEvent } from '@keyledger/event-sourcing';
import { type EventPublication, publishedEventOf } from '@keyledger/messaging';
import { type EncodedEvent, encodeCloudEvent } from './cloud-event.ts';

/** The publication of a stored event broke its own contract. Skipping it would hide a fact from the other services. */
export class PublicationDefect extends Error {
  override readonly name = 'PublicationDefect';
}

/** What others see of a stored event; `undefined` when it is private. Throws `PublicationDefect`. */
export const publishedEvent = (publication: EventPublication, recorded: RecordedEvent): EncodedEvent | undefined => {
  try {
    const published = publishedEventOf(publication, recorded);
    return published === undefined ? undefined : encodeCloudEvent(published.definition.subject, published.event);
  } catch (cause) {
    throw new PublicationDefect(`Event ${recorded.id} of type ${recorded.type} cannot be published`, { cause });
  }
};
