import { type Clock, EVENT_STORE, type EventStore } from '@keyledger/event-sourcing';
import { CLOCK, LOGGER, PG_POOL, type Runner } from '@keyledger/nest-kit';
import type { Logger } from '@keyledger/telemetry';
import type { INestApplicationContext, Provider } from '@nestjs/common';
import type { Pool } from 'pg';
import { RECONCILIATION_OPERATIONS } from './adapters/nats/reconciliation.nats-handlers.ts';
import { postgresDifferenceReader, postgresDifferenceTable } from './adapters/postgres/postgres.difference-table.ts';
import { postgresLeaseUsageReader, postgresLeaseUsageTable } from './adapters/postgres/postgres.lease-usage-table.ts';
import { postgresSchedule } from './adapters/postgres/postgres.schedule.ts';
import { watchLeases } from './application/lease-usage/watch-leases.runner.ts';
import type { DifferenceReader } from './application/ports/difference-table.port.ts';
import type { Issuers } from './application/ports/issuer.port.ts';
import type { LeaseLock } from './application/ports/lease-lock.port.ts';
import type { LeaseReader } from './application/ports/lease-table.port.ts';
import type { LeaseUsageReader } from './application/ports/lease-usage-table.port.ts';
import type { Schedule } from './application/ports/schedule.port.ts';
import type { SecretSealer } from './application/ports/secret-sealer.port.ts';
import type { IssuerRounds } from './application/processes/issuer-rounds.ts';
import type { AdvanceLease } from './application/processes/lease.runner.ts';
import type { Unsealing } from './application/processes/unsealing.ts';
import { differencesProjection } from './application/projections/differences.projection.ts';
import { leaseUsageProjection } from './application/projections/lease-usage.projection.ts';
import { type Ledger, ledgerOver } from './application/reconciliation/ledger.ts';
import { reconcileIssuerOnce } from './application/reconciliation/reconcile-issuer.ts';
import { reconcileRunner } from './application/reconciliation/reconcile.runner.ts';
import {
  type ReconciliationOperations,
  reconciliationOperations,
} from './application/reconciliation/reconciliation-operations.ts';
import { repairDifference, type RepairDifferenceOnce } from './application/reconciliation/repair-difference.ts';
import type { VaultConfig } from './config.ts';
import { ISSUERS } from './issuers.providers.ts';
import { ADVANCE_LEASE } from './issuing.providers.ts';
import { LEASE_LOCK, LEASE_READER } from './outside.providers.ts';
import {
  issuerTaskFailed,
  observeDifferences,
  withComparisonEvents,
  withDifferenceEvents,
} from './reconciliation-telemetry.ts';
import { SECRET_SEALER, UNSEALING } from './sealing.providers.ts';

export const DIFFERENCE_READER: unique symbol = Symbol('DifferenceReader');
export const LEASE_USAGE_READER: unique symbol = Symbol('LeaseUsageReader');
export const RECONCILE_ISSUERS: unique symbol = Symbol('ReconcileIssuers');
export const SCHEDULE: unique symbol = Symbol('Schedule');
export const WATCH_LEASES: unique symbol = Symbol('WatchLeases');

const LEDGER: unique symbol = Symbol('Ledger');
const REPAIR_DIFFERENCE: unique symbol = Symbol('RepairDifference');

/** Between two looks whether a comparison or a reading is due. */
const LOOK_EVERY_MS = 2_000;

const readModels: readonly Provider[] = [
  { provide: DIFFERENCE_READER, inject: [PG_POOL], useFactory: (pool: Pool) => postgresDifferenceReader(pool) },
  { provide: LEASE_USAGE_READER, inject: [PG_POOL], useFactory: (pool: Pool) => postgresLeaseUsageReader(pool) },
  { provide: SCHEDULE, inject: [PG_POOL], useFactory: (pool: Pool): Schedule => postgresSchedule(pool) },
];

const repairing: readonly Provider[] = [
  {
    provide: LEDGER,
    inject: [EVENT_STORE, LEASE_READER, CLOCK],
    useFactory: (eventStore: EventStore, leases: LeaseReader, clock: Clock): Ledger =>
      ledgerOver({ eventStore, leases, clock }),
  },
  {
    provide: REPAIR_DIFFERENCE,
    inject: [EVENT_STORE, LEDGER, LEASE_LOCK, SECRET_SEALER, ADVANCE_LEASE, CLOCK],
    useFactory: (
      eventStore: EventStore,
      ledger: Ledger,
      lock: LeaseLock,
      sealer: SecretSealer,
      advanceLease: AdvanceLease,
      clock: Clock,
    ): RepairDifferenceOnce => repairDifference({ eventStore, ledger, lock, sealer, advanceLease, clock }),
  },
];

const rounds = ({ reconcileEveryMs, readUsageEveryMs, ...rules }: VaultConfig['leases']): readonly Provider[] => [
  {
    provide: RECONCILE_ISSUERS,
    inject: [EVENT_STORE, ISSUERS, LEDGER, REPAIR_DIFFERENCE, SCHEDULE, LEASE_LOCK, UNSEALING, CLOCK, LOGGER],
    useFactory: (
      eventStore: EventStore,
      issuers: Issuers,
      ledger: Ledger,
      repair: RepairDifferenceOnce,
      schedule: Schedule,
      lock: LeaseLock,
      unsealing: Unsealing,
      clock: Clock,
      logger: Logger,
    ): IssuerRounds =>
      reconcileRunner({
        eventStore,
        issuers,
        reconcile: withComparisonEvents(logger, reconcileIssuerOnce({ eventStore, ledger, clock })),
        repair,
        schedule,
        lock,
        sealStatus: () => unsealing.status(),
        clock,
        everyMs: reconcileEveryMs,
        intervalMs: LOOK_EVERY_MS,
        report: (issuer, error) => issuerTaskFailed(logger, 'reconcile', issuer, error),
      }),
  },
  {
    provide: WATCH_LEASES,
    inject: [EVENT_STORE, ISSUERS, LEASE_READER, LEASE_USAGE_READER, SCHEDULE, LEASE_LOCK, UNSEALING, CLOCK, LOGGER],
    useFactory: (
      eventStore: EventStore,
      issuers: Issuers,
      leases: LeaseReader,
      usage: LeaseUsageReader,
      schedule: Schedule,
      lock: LeaseLock,
      unsealing: Unsealing,
      clock: Clock,
      logger: Logger,
    ): IssuerRounds =>
      watchLeases({
        eventStore,
        issuers,
        leases,
        usage,
        rules,
        schedule,
        lock,
        sealStatus: () => unsealing.status(),
        clock,
        everyMs: readUsageEveryMs,
        intervalMs: LOOK_EVERY_MS,
        report: (issuer, error) => issuerTaskFailed(logger, 'read-usage', issuer, error),
      }),
  },
];

/** The part of the module that compares issuers with the ledger and looks after how keys are used. */
export const reconciliation = (config: VaultConfig['leases']): readonly Provider[] => [
  ...readModels,
  ...repairing,
  ...rounds(config),
  {
    provide: RECONCILIATION_OPERATIONS,
    inject: [EVENT_STORE, ISSUERS, DIFFERENCE_READER, LEASE_USAGE_READER, REPAIR_DIFFERENCE, CLOCK, LOGGER],
    useFactory: (
      eventStore: EventStore,
      issuers: Issuers,
      differences: DifferenceReader,
      usage: LeaseUsageReader,
      repair: RepairDifferenceOnce,
      clock: Clock,
      logger: Logger,
    ): ReconciliationOperations =>
      withDifferenceEvents(
        logger,
        reconciliationOperations({ eventStore, issuers, differences, usage, repair, clock }),
      ),
  },
];

export const reconciliationProjections = [
  differencesProjection(postgresDifferenceTable),
  leaseUsageProjection(postgresLeaseUsageTable),
];

/** What runs of it besides the NATS handlers. */
export const reconciliationRunners = (app: INestApplicationContext): readonly Runner[] => {
  observeDifferences(app.get<DifferenceReader>(DIFFERENCE_READER));
  return [
    { name: 'reconciliation', run: (signal) => app.get<IssuerRounds>(RECONCILE_ISSUERS).run(signal) },
    { name: 'lease-usage', run: (signal) => app.get<IssuerRounds>(WATCH_LEASES).run(signal) },
  ];
};
