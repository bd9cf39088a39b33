import {
  CHECKPOINT_STORE,
  type CheckpointStore,
  type Clock,
  EVENT_STORE,
  type EventStore,
} from '@keyledger/event-sourcing';
import type { EventReactor } from '@keyledger/messaging';
import {
  DEAD_LETTERS,
  type DeadLetters,
  DurableConsumers,
  EventRelay,
  observeDeadLetters,
} from '@keyledger/messaging-nats';
import {
  CLOCK,
  deadLetterCheck,
  type HandoverDefinition,
  type HealthCheck,
  LOGGER,
  NATS_CONNECTION,
  PG_POOL,
  type Runner,
} from '@keyledger/nest-kit';
import { ProjectionRunner } from '@keyledger/projections-postgres';
import { gauge, type Logger } from '@keyledger/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import type { INestApplicationContext } from '@nestjs/common';
import type { Pool } from 'pg';
import { postgresKeyShredder } from './adapters/postgres/postgres.key-ring.ts';
import { postgresLeaseTable } from './adapters/postgres/postgres.lease-table.ts';
import { postgresSecretTable } from './adapters/postgres/postgres.secret-table.ts';
import { postgresTestRunTable } from './adapters/postgres/postgres.test-run-table.ts';
import type { ScheduledTests } from './application/connection-tests/scheduled-tests.runner.ts';
import type { TestRuns } from './application/connection-tests/test-run.runner.ts';
import type { LeaseReader } from './application/ports/lease-table.port.ts';
import type { RotateMasterKeyFunction } from './application/commands/rotate-master-key.ts';
import type { MasterKeyUses } from './application/ports/master-key-uses.port.ts';
import type { AdvanceLease } from './application/processes/lease.runner.ts';
import { resumeWaitingLeases } from './application/processes/resume-waiting-leases.runner.ts';
import type { RewrapDataKeys } from './application/processes/rewrap-data-keys.runner.ts';
import { rotateBeforeUsedUp } from './application/processes/rotate-before-used-up.ts';
import type { ShredExpired } from './application/processes/shred-expired.runner.ts';
import type { Unsealing } from './application/processes/unsealing.ts';
import { leasesProjection } from './application/projections/leases.projection.ts';
import { secretsProjection, shreddingProjection } from './application/projections/secrets.projection.ts';
import { testRunsProjection } from './application/projections/test-runs.projection.ts';
import { publication, publishedCategories } from './application/publication.ts';
import { bulkRevocationRunner } from './leases.providers.ts';
import { SCHEDULED_TESTS, TEST_RUNS } from './connection-tests.providers.ts';
import { reconciliationProjections, reconciliationRunners } from './reconciliation.providers.ts';
import { leaseResumeFailed } from './telemetry-events.ts';
import { LEASE_READER, MASTER_KEY_USES } from './outside.providers.ts';
import { REWRAP_DATA_KEYS, ROTATE_MASTER_KEY, UNSEALING } from './sealing.providers.ts';
import { SHRED_EXPIRED } from './custody.providers.ts';
import { ADVANCE_LEASE, VAULT_REACTORS } from './issuing.providers.ts';

/** The reactors do the work at once and repeat it every minute at most; this looks after what they lost. */
const RESUME_EVERY_MS = 60_000;

const leaseResumer = (app: INestApplicationContext): Runner => {
  const logger = app.get<Logger>(LOGGER);
  const unsealing = app.get<Unsealing>(UNSEALING);
  const { run } = resumeWaitingLeases({
    leases: app.get<LeaseReader>(LEASE_READER),
    advanceLease: app.get<AdvanceLease>(ADVANCE_LEASE),
    sealStatus: () => unsealing.status(),
    clock: app.get<Clock>(CLOCK),
    intervalMs: RESUME_EVERY_MS,
    report: (leaseId, error) => leaseResumeFailed(logger, leaseId, error),
  });
  return { name: 'lease-resumer', run };
};

const observeLeases = (leases: LeaseReader): void =>
  gauge({
    name: 'vault.leases',
    description: 'Leases by status, as the read model has them',
    unit: '{lease}',
    attributes: ['status'],
    observe: async () =>
      [...(await leases.countByStatus())].map(([status, value]) => ({ value, attributes: { status } })),
  });

/** A key that is nearly used up is rotated first, so that the same round begins to wrap anew. */
const keyRotation = (app: INestApplicationContext): Runner => {
  const unsealing = app.get<Unsealing>(UNSEALING);
  const rewrapping = app.get<RewrapDataKeys>(REWRAP_DATA_KEYS);
  const rotateInTime = rotateBeforeUsedUp({
    uses: app.get<MasterKeyUses>(MASTER_KEY_USES),
    masterKeys: unsealing,
    sealStatus: () => unsealing.status(),
    rotate: app.get<RotateMasterKeyFunction>(ROTATE_MASTER_KEY),
    clock: app.get<Clock>(CLOCK),
  });
  return { name: 'key-rotation', run: (signal) => rewrapping.run(signal, rotateInTime) };
};

/** Everything that runs besides the NATS handlers, in the order in which it is started. */
export const start = async (app: INestApplicationContext): Promise<readonly Runner[]> => {
  const eventStore = app.get<EventStore>(EVENT_STORE);
  const connection = app.get<NatsConnection>(NATS_CONNECTION);
  const logger = app.get<Logger>(LOGGER);
  const unsealing = app.get<Unsealing>(UNSEALING);
  observeLeases(app.get<LeaseReader>(LEASE_READER));
  observeDeadLetters(app.get<DeadLetters>(DEAD_LETTERS));
  // Before the first event comes in, so that an unsealed vault need not send it back.
  await unsealing.attempt();
  return [
    { name: 'unsealing', run: (signal) => unsealing.run(signal) },
    new EventRelay({
      eventStore,
      connection,
      checkpoints: app.get<CheckpointStore>(CHECKPOINT_STORE),
      service: 'vault',
      categories: publishedCategories,
      publication,
      logger,
    }),
    new ProjectionRunner({
      eventStore,
      pool: app.get<Pool>(PG_POOL),
      projections: [
        leasesProjection(postgresLeaseTable),
        secretsProjection(postgresSecretTable),
        shreddingProjection(postgresKeyShredder),
        testRunsProjection(postgresTestRunTable),
        ...reconciliationProjections,
      ],
      logger,
    }),
    new DurableConsumers({
      connection,
      service: 'vault',
      reactors: app.get<readonly EventReactor[]>(VAULT_REACTORS),
      logger,
    }),
    leaseResumer(app),
    bulkRevocationRunner(app),
    keyRotation(app),
    ...reconciliationRunners(app),
    { name: 'retention', run: (signal) => app.get<ShredExpired>(SHRED_EXPIRED).run(signal) },
    ...app.get<readonly ScheduledTests[]>(SCHEDULED_TESTS).map(({ run }) => ({ name: 'scheduled-tests', run })),
    { name: 'test-runs', run: (signal) => app.get<TestRuns>(TEST_RUNS).run(signal) },
  ];
};

/** A sealed replica hands what needs a key to one that is not. Only where all are sealed is that the answer. */
export const handover: HandoverDefinition = {
  code: 'sealed',
  watch: (app, tell) => {
    const unsealing = app.get<Unsealing>(UNSEALING);
    tell(!unsealing.status().isSealed);
    unsealing.watch(({ isSealed }) => tell(!isSealed));
  },
};

/** A sealed vault lives, and is not ready: it can do nothing of what it is for. */
export const checks = (app: INestApplicationContext): readonly HealthCheck[] => [
  deadLetterCheck(app.get<DeadLetters>(DEAD_LETTERS)),
  {
    name: 'master-key',
    check: () => {
      const status = app.get<Unsealing>(UNSEALING).status();
      return Promise.resolve(
        status.isSealed ? { status: 'down', reason: `sealed: ${status.reason}` } : { status: 'up' },
      );
    },
  },
];
