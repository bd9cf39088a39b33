import { EVENT_STORE, type EventStore } from '@keyledger/event-sourcing';
import { LOGGER, PG_POOL, type Runner } from '@keyledger/nest-kit';
import { ProjectionRunner } from '@keyledger/projections-postgres';
import type { Logger } from '@keyledger/telemetry';
import type { INestApplicationContext } from '@nestjs/common';
import type { Pool } from 'pg';
import { postgresAuditLogRows } from './adapters/postgres/postgres.audit-log.ts';
import { auditLogProjection } from './application/projections/audit-log.projection.ts';

/** Everything that runs besides the NATS handlers. Audit writes no events, so it has no relay. */
export const start = (app: INestApplicationContext): readonly Runner[] => {
  const projections = new ProjectionRunner({
    eventStore: app.get<EventStore>(EVENT_STORE),
    pool: app.get<Pool>(PG_POOL),
    projections: [auditLogProjection(postgresAuditLogRows)],
    logger: app.get<Logger>(LOGGER),
  });
  return [projections];
};
