import { type Clock, EVENT_STORE, type EventStore } from '@keyledger/event-sourcing';
import { CLOCK, LOGGER, type Runner } from '@keyledger/nest-kit';
import type { Logger } from '@keyledger/telemetry';
import type { INestApplicationContext, Provider } from '@nestjs/common';
import { jweSubmissionOpener } from './adapters/jose/jwe.submission-opener.ts';
import { TEST_CONNECTION } from './connection-tests.providers.ts';
import type { TestConnection } from './application/connection-tests/test-connection.ts';
import { LEASE_OPERATIONS } from './adapters/nats/lease.nats-handlers.ts';
import { leaseOperations, type LeaseOperations } from './application/lease-operations.ts';
import type { Issuers } from './application/ports/issuer.port.ts';
import type { LeaseLock } from './application/ports/lease-lock.port.ts';
import type { LeaseReader } from './application/ports/lease-table.port.ts';
import type { SecretReader } from './application/ports/secret-table.port.ts';
import type { SecretSealer } from './application/ports/secret-sealer.port.ts';
import { type BulkRevocations, bulkRevocations } from './application/processes/bulk-revocation.runner.ts';
import type { AdvanceLease } from './application/processes/lease.runner.ts';
import { submissionKeys } from './application/submission-keys.ts';
import type { IssuingLimits } from './domain/policies/issuing-bounds.policy.ts';
import { ISSUERS } from './issuers.providers.ts';
import { ADVANCE_LEASE } from './issuing.providers.ts';
import { LEASE_LOCK, LEASE_READER, SECRET_READER } from './outside.providers.ts';
import { SECRET_SEALER } from './sealing.providers.ts';
import { leaseResumeFailed } from './telemetry-events.ts';

export const BULK_REVOCATIONS: unique symbol = Symbol('BulkRevocations');

/** Pause between two looks whether leases are to be revoked together. */
const REVOKE_EVERY_MS = 1_000;

/** The part of the module that answers those who look after issued keys. */
export const leaseParts = (limits: IssuingLimits): readonly Provider[] => [
  {
    provide: LEASE_OPERATIONS,
    inject: [
      EVENT_STORE,
      ISSUERS,
      SECRET_SEALER,
      ADVANCE_LEASE,
      LEASE_READER,
      SECRET_READER,
      CLOCK,
      LOGGER,
      TEST_CONNECTION,
    ],
    useFactory: (
      eventStore: EventStore,
      issuers: Issuers,
      sealer: SecretSealer,
      advanceLease: AdvanceLease,
      leases: LeaseReader,
      secrets: SecretReader,
      clock: Clock,
      logger: Logger,
      test: TestConnection,
    ): LeaseOperations => {
      const submissions = submissionKeys({ eventStore, sealer, opener: jweSubmissionOpener, clock });
      const report = (leaseId: string, error: unknown): void => leaseResumeFailed(logger, leaseId, error);
      return leaseOperations({
        eventStore,
        issuers,
        sealer,
        submissions,
        advanceLease,
        leases,
        secrets,
        limits,
        clock,
        report,
        test,
      });
    },
  },
  {
    provide: BULK_REVOCATIONS,
    inject: [EVENT_STORE, LEASE_LOCK, ADVANCE_LEASE, CLOCK, LOGGER],
    useFactory: (
      eventStore: EventStore,
      lock: LeaseLock,
      advanceLease: AdvanceLease,
      clock: Clock,
      logger: Logger,
    ): BulkRevocations =>
      bulkRevocations({
        eventStore,
        lock,
        advanceLease,
        clock,
        intervalMs: REVOKE_EVERY_MS,
        report: (leaseId, error) => leaseResumeFailed(logger, leaseId, error),
      }),
  },
];

export const bulkRevocationRunner = (app: INestApplicationContext): Runner => {
  const { run } = app.get<BulkRevocations>(BULK_REVOCATIONS);
  return { name: 'bulk-revocation', run };
};
