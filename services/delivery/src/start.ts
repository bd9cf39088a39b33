import { CHECKPOINT_STORE, type CheckpointStore, EVENT_STORE, type EventStore } from '@keyledger/event-sourcing';
import type { EventReactor } from '@keyledger/messaging';
import {
  DEAD_LETTERS,
  type DeadLetters,
  DurableConsumers,
  EventRelay,
  observeDeadLetters,
} from '@keyledger/messaging-nats';
import { deadLetterCheck, type HealthCheck, LOGGER, NATS_CONNECTION, PG_POOL, type Runner } from '@keyledger/nest-kit';
import { ProjectionRunner } from '@keyledger/projections-postgres';
import type { Logger } from '@keyledger/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import type { INestApplicationContext } from '@nestjs/common';
import type { Pool } from 'pg';
import { postgresDeliveryRows } from './adapters/postgres/postgres.delivery-rows.ts';
import { deliveriesProjection } from './application/projections/deliveries.projection.ts';
import { publication } from './application/publication.ts';
import { DELIVERY_REACTORS } from './reactors.providers.ts';

/** Everything that runs besides the NATS handlers, in the order in which it is started. */
export const start = (app: INestApplicationContext): readonly Runner[] => {
  const eventStore = app.get<EventStore>(EVENT_STORE);
  const connection = app.get<NatsConnection>(NATS_CONNECTION);
  const logger = app.get<Logger>(LOGGER);
  observeDeadLetters(app.get<DeadLetters>(DEAD_LETTERS));

  return [
    new EventRelay({
      eventStore,
      connection,
      checkpoints: app.get<CheckpointStore>(CHECKPOINT_STORE),
      service: 'delivery',
      // Notifications are nobody else's business.
      categories: ['delivery'],
      publication,
      logger,
    }),
    new ProjectionRunner({
      eventStore,
      pool: app.get<Pool>(PG_POOL),
      projections: [deliveriesProjection(postgresDeliveryRows)],
      logger,
    }),
    new DurableConsumers({
      connection,
      service: 'delivery',
      reactors: app.get<readonly EventReactor[]>(DELIVERY_REACTORS),
      logger,
    }),
  ];
};

export const checks = (app: INestApplicationContext): readonly HealthCheck[] => [
  deadLetterCheck(app.get<DeadLetters>(DEAD_LETTERS)),
];
