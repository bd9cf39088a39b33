import { CHECKPOINT_STORE, type CheckpointStore, EVENT_STORE, type EventStore } from '@keyledger/event-sourcing';
import { EventRelay } from '@keyledger/messaging-nats';
import { LOGGER, NATS_CONNECTION, PG_POOL, type Runner } from '@keyledger/nest-kit';
import { ProjectionRunner } from '@keyledger/projections-postgres';
import type { Logger } from '@keyledger/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import type { INestApplicationContext } from '@nestjs/common';
import type { Pool } from 'pg';
import { postgresModelRows } from './adapters/postgres/postgres.model-lists.ts';
import { postgresProviderRows } from './adapters/postgres/postgres.provider-list.ts';
import { postgresServiceTokenRows } from './adapters/postgres/postgres.service-token-list.ts';
import { modelsProjection } from './application/projections/models.projection.ts';
import { providersProjection } from './application/projections/providers.projection.ts';
import { serviceTokensProjection } from './application/projections/service-tokens.projection.ts';
import { publication } from './application/publication.ts';
import { CATALOGUE_RUNNER } from './registry.module.ts';

/** Everything that runs besides the NATS handlers, in the order in which it is started. */
export const start = (app: INestApplicationContext): readonly Runner[] => {
  const eventStore = app.get<EventStore>(EVENT_STORE);
  const logger = app.get<Logger>(LOGGER);
  return [
    new EventRelay({
      eventStore,
      connection: app.get<NatsConnection>(NATS_CONNECTION),
      checkpoints: app.get<CheckpointStore>(CHECKPOINT_STORE),
      service: 'registry',
      categories: ['model'],
      publication,
      logger,
    }),
    new ProjectionRunner({
      eventStore,
      pool: app.get<Pool>(PG_POOL),
      projections: [
        modelsProjection(postgresModelRows),
        providersProjection(postgresProviderRows),
        serviceTokensProjection(postgresServiceTokenRows),
      ],
      logger,
    }),
    app.get<Runner>(CATALOGUE_RUNNER),
  ];
};
