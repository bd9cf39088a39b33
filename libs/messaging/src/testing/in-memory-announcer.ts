import type { EventStore, StreamName } from '@keyledger/event-sourcing';
import type { Announcer } from '../announcer.port.ts';
import type { EventPublication, IntegrationEvent } from '../integration-event.ts';
import { publishedEventOf } from '../published-event.ts';

/** Keeps what it announces in a list. */
export class InMemoryAnnouncer implements Announcer {
  readonly announced: IntegrationEvent[] = [];
  readonly #eventStore: EventStore;
  readonly #publication: EventPublication;
  readonly #told = new Set<string>();

  constructor(eventStore: EventStore, publication: EventPublication) {
    this.#eventStore = eventStore;
    this.#publication = publication;
  }

  async announceAgain(stream: StreamName, types: readonly string[], cause: string): Promise<void> {
    for await (const recorded of this.#eventStore.readStream(stream)) {
      const published = types.includes(recorded.type) ? publishedEventOf(this.#publication, recorded) : undefined;
      const id = `${recorded.id}/${cause}`;
      if (published === undefined || this.#told.has(id)) continue;
      this.#told.add(id);
      this.announced.push(published.event);
    }
  }
}
