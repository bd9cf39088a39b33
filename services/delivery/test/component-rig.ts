import { FindDeliveriesByRequest, GetLink, OpenLink, ResendLink } from '@keyledger/contracts-delivery';
import { RevealLease } from '@keyledger/contracts-vault';
import type { EventStore, RecordedEvent } from '@keyledger/event-sourcing';
import { applyTo, InMemoryEventStore, toArray } from '@keyledger/event-sourcing/testing';
import {
  ANNOUNCER,
  type ClientOf,
  clientOf,
  type EventReactor,
  type IntegrationEvent,
  publishedEventOf,
} from '@keyledger/messaging';
import { deliverTo, InMemoryAnnouncer, InMemoryRequestReply, type RequestHandler } from '@keyledger/messaging/testing';
import { DEAD_LETTERS } from '@keyledger/messaging-nats';
import { answerWith } from '@keyledger/messaging-nats/testing';
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
import { deliveryModule } from '../src/delivery.module.ts';
import { DELIVERY_REACTORS } from '../src/reactors.providers.ts';
import { config } from './examples.ts';

const operations = { GetLink, OpenLink, ResendLink, FindDeliveriesByRequest };

export interface Published {
  readonly type: string;
  readonly data: unknown;
}

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
  /** Of the process that runs. */
  #reactors: readonly EventReactor[] = [];
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
    this.#reactors = module.get(DELIVERY_REACTORS);
    answerWith(requestReply, module.get(DeliveryNatsHandlers));
  }

  vaultAnswers(reveal: RequestHandler<typeof RevealLease>): void {
    this.requestReply.handle(RevealLease, reveal);
  }

  /** One delivery of an event to those reactors that handle it. Rejects with what the first of them throws. */
  deliver(event: IntegrationEvent, attempt = 1): Promise<void> {
    return deliverTo(this.#reactors, event, attempt);
  }

  /** Projects what is new and delivers the service's own events to its reactors, until nothing new comes. */
  async settle(): Promise<void> {
    for (;;) {
      const fresh = (await this.stored()).slice(this.#settled);
      if (fresh.length === 0) return;
      this.#settled += fresh.length;
      for (const event of fresh) {
        await applyTo([this.#projection], event);
        const published = publishedEventOf(publication, event);
        if (published !== undefined) await this.deliver(published.event);
      }
    }
  }

  stored(): Promise<readonly RecordedEvent[]> {
    return toArray(this.events.readAll());
  }

  async storedTypes(): Promise<readonly string[]> {
    return (await this.stored()).map(({ type }) => type);
  }

  async published(): Promise<readonly Published[]> {
    return (await this.stored())
      .flatMap((event) => publishedEventOf(publication, event)?.event ?? [])
      .map(({ type, data }) => ({ type, data }));
  }

  advance(ms: number): void {
    this.now = new Date(this.now.getTime() + ms);
  }
}
