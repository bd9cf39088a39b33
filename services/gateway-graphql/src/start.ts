import type { INestApplicationContext } from '@nestjs/common';
import { NATS_CONNECTION, type Runner } from '@keyledger/nest-kit';
import type { NatsConnection } from '@nats-io/transport-node';
import { relayNatsEvents } from './adapters/nats/nats-event-feed.ts';
import type { EventFanOut } from './application/event-fan-out.ts';
import { EVENT_FAN_OUT } from './tokens.ts';

/** What runs beside the HTTP server: the feed of events for subscriptions. */
export const start = (app: INestApplicationContext): readonly Runner[] => {
  const connection = app.get<NatsConnection>(NATS_CONNECTION);
  const fanOut = app.get<EventFanOut>(EVENT_FAN_OUT);
  return [{ name: 'event-feed', run: (signal) => relayNatsEvents(connection, fanOut, signal) }];
};
