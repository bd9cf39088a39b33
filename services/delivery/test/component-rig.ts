import { FindDeliveriesByRequest, GetLink, OpenLink, ResendLink } from '@keyledger/contracts-delivery';
import { RevealLease } from '@keyledger/contracts-vault';
import { categoryOf, type EventStore, type RecordedEvent, streamIdOf } from '@keyledger/event-sourcing';
import { InMemoryEventStore } from '@keyledger/event-sourcing/testing';
import { ANNOUNCER, type ClientOf, clientOf, type EventReactor, type IntegrationEvent } from '@keyledger/messaging';
import { InMemoryAnnouncer, InMemoryRequestReply, type RequestHandler } from '@keyledger/messaging/testing';
import { DEAD_LETTERS } from '@keyledger/messaging-nats';
import { platformModule } from '@keyledger/nest-kit';
import { createLogger } from '@keyledger/telemetry';
import { Test } from '@nestjs/testing';
import { DeliveryNatsHandlers } from '../src/adapters/nats/delivery.nats-handlers.ts';
import { DELIVERY_DIRECTORY } from '../src/application/ports/delivery-rows.port.ts';
import { MAILER } from '../src/application/ports/mailer.port.ts';
import { FakeDeliveryRows } from '../src/application/ports/testing/delivery-rows.fake.ts';
import { FakeMailer } from '../src/application/ports/testing/mailer.fake.ts';
import { deliveriesProjection } from '../src/application/projections/deliveries.projection.ts';
import { publication } from '../src/application/publication.ts';
import { DELIVERY_REACTORS, deliveryModule } from '../src/delivery.module.ts';
import { config } from './examples.ts';

const operations = { GetLink, OpenLink, ResendLink, FindDeliveriesByRequest };

export interface Published {
  readonly type: string;
  readonly data: unknown;
}

/** What one process of the service is to the outside. */
interface Replica {
  readonly reactors: readonly EventReactor[];
  readonly handlers: DeliveryNatsHandlers;
}

const publishedEventOf = (event: RecordedEvent): IntegrationEvent | undefined => {
  const published = publication(event);
  if (published === undefined) return undefined;
  const { definition } = published;
  const { id, metadata, position } = event;
  return {
    ...metadata,
    id,
    service: definition.service,
    category: categoryOf(event.stream),
    streamId: streamIdOf(event.stream),
    type: definition.type,
    version: definition.version,
    position,
    data: definition.schema.parse(published.data),
  };
};

/**
 * The whole service with everything outside it in memory: other services by their contracts, the mail server by its
 * port's fake. What the relay, the consumers and the projection do with events is done by `settle`.
 */
export class ComponentRig {
  readonly mailer = new FakeMailer();
  readonly directory = new FakeDeliveryRows();
  readonly requestReply = new InMemoryRequestReply(() => this.now);
  readonly client: ClientOf<typeof operations> = clientOf(this.requestReply, operations);
  readonly events: InMemoryEventStore;
  readonly announcer: InMemoryAnnouncer;
  readonly #eventStore: EventStore;
  readonly #projection = deliveriesProjection(this.directory);
  #replica: Replica | undefined;
  #settled = 0;
  now = new Date('2026-12-01T08:00:00.000Z');

  /** `wrap` stands between the service and its events, to let an append fail. */
  constructor(wrap: (store: EventStore) => EventStore = (store) => store) {
    this.events = new InMemoryEventStore();
    this.#eventStore = wrap(this.events);
    this.announcer = new InMemoryAnnouncer(this.events, publication);
  }

  /** Starts a process, in place of the one before. */
  async start(): Promise<void> {
    const { requestReply, mailer, directory } = this;
    const logger = createLogger({ service: 'delivery', level: 'silent' });
    const platform = platformModule({
      eventStore: this.#eventStore,
      requestReply,
      logger,
      clock: () => this.now,
      stopping: new AbortController().signal,
    });
    const module = await Test.createTestingModule({ imports: [deliveryModule(config, platform)] })
      .overrideProvider(MAILER)
      .useValue(mailer)
      .overrideProvider(ANNOUNCER)
      .useValue(this.announcer)
      .overrideProvider(DEAD_LETTERS)
      .useValue(undefined)
      .overrideProvider(DELIVERY_DIRECTORY)
      .useValue(directory)
      .compile();
    const handlers = module.get(DeliveryNatsHandlers);
    this.#replica = { handlers, reactors: module.get(DELIVERY_REACTORS) };
    requestReply.handle(GetLink, (input) => handlers.getLink(input));
    requestReply.handle(OpenLink, (input, caller) => handlers.openLink(input, caller));
    requestReply.handle(ResendLink, (input, caller) => handlers.resendLink(input, caller));
    requestReply.handle(FindDeliveriesByRequest, (input, caller) => handlers.findDeliveriesByRequest(input, caller));
  }

  vaultAnswers(reveal: RequestHandler<typeof RevealLease>): void {
    this.requestReply.handle(RevealLease, reveal);
  }

  /** One delivery of an event to those reactors that handle it. Rejects with what the first of them throws. */
  async deliver(event: IntegrationEvent, attempt = 1): Promise<void> {
    for (const reactor of this.#replica?.reactors ?? []) {
      const handles = reactor.handles.some(
        ({ service, category, type }) =>
          service === event.service && category === event.category && type === event.type,
      );
      if (handles) await reactor.react(event, { number: attempt });
    }
  }

  /** Projects what is new and delivers the service's own events to its reactors, until nothing new comes. */
  async settle(): Promise<void> {
    for (;;) {
      const fresh = (await this.stored()).slice(this.#settled);
      if (fresh.length === 0) return;
      this.#settled += fresh.length;
      for (const event of fresh) {
        if (this.#projection.filter.types?.includes(event.type)) await this.#projection.apply(event, undefined);
        const published = publishedEventOf(event);
        if (published !== undefined) await this.deliver(published);
      }
    }
  }

  async stored(): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const event of this.events.readAll()) events.push(event);
    return events;
  }

  async storedTypes(): Promise<readonly string[]> {
    return (await this.stored()).map(({ type }) => type);
  }

  async published(): Promise<readonly Published[]> {
    return (await this.stored())
      .flatMap((event) => publishedEventOf(event) ?? [])
      .map(({ type, data }) => ({ type, data }));
  }

  advance(ms: number): void {
    this.now = new Date(this.now.getTime() + ms);
  }
}
