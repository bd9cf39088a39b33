import { PG_POOL } from '@keyledger/nest-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { AUDIT_OPERATIONS, AuditNatsHandlers, type AuditOperations } from './adapters/nats/audit.nats-handlers.ts';
import { postgresAuditLog } from './adapters/postgres/postgres.audit-log.ts';
import { AUDIT_LOG, type AuditLog } from './application/ports/audit-log.port.ts';
import { getKeyHistory } from './application/queries/get-key-history.query.ts';
import { listAuditEvents } from './application/queries/list-audit-events.query.ts';
import type { AuditConfig } from './config.ts';

@Module({})
class AuditModule {}

export const auditModule = (_config: AuditConfig, platform: DynamicModule): DynamicModule => ({
  module: AuditModule,
  imports: [platform],
  controllers: [AuditNatsHandlers],
  providers: [
    { provide: AUDIT_LOG, inject: [PG_POOL], useFactory: postgresAuditLog },
    {
      provide: AUDIT_OPERATIONS,
      inject: [AUDIT_LOG],
      useFactory: (log: AuditLog): AuditOperations => ({
        listAuditEvents: listAuditEvents(log),
        getKeyHistory: getKeyHistory(log),
      }),
    },
  ],
});
