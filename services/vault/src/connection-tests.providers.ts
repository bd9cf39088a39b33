import { type Clock, EVENT_STORE, type EventStore } from '@keyledger/event-sourcing';
import { CLOCK, LOGGER, PG_POOL } from '@keyledger/nest-kit';
import type { Logger } from '@keyledger/telemetry';
import type { Provider } from '@nestjs/common';
import type { Pool } from 'pg';
import { jweSubmissionOpener } from './adapters/jose/jwe.submission-opener.ts';
import { CONNECTION_TEST_OPERATIONS } from './adapters/nats/connection-test.nats-handlers.ts';
import { postgresTestQuota } from './adapters/postgres/postgres.test-quota.ts';
import { postgresTestRunReader } from './adapters/postgres/postgres.test-run-table.ts';
import { httpProviderCaller } from './adapters/providers/http.provider-caller.ts';
import {
  type ConnectionTestOperations,
  connectionTestOperations,
} from './application/connection-tests/connection-test-operations.ts';
import { type RecordedTest, recordedTest } from './application/connection-tests/recorded-test.ts';
import { type ScheduledTests, scheduledTests } from './application/connection-tests/scheduled-tests.runner.ts';
import { type TestConnection, testConnection } from './application/connection-tests/test-connection.ts';
import { testRunRunner, type TestRuns } from './application/connection-tests/test-run.runner.ts';
import type { LeaseLock } from './application/ports/lease-lock.port.ts';
import type { SecretReader } from './application/ports/secret-table.port.ts';
import type { SecretSealer } from './application/ports/secret-sealer.port.ts';
import type { TestQuota } from './application/ports/test-quota.port.ts';
import type { TestRunReader } from './application/ports/test-run-table.port.ts';
import type { Unsealing } from './application/processes/unsealing.ts';
import { submissionKeys } from './application/submission-keys.ts';
import type { ConnectionTestConfig } from './connection-test-config.ts';
import {
  scheduledTestFailed,
  testRunFailed,
  withConnectionTestEvents,
  withTestEvents,
} from './connection-test-telemetry.ts';
import { LEASE_LOCK, SECRET_READER } from './outside.providers.ts';
import { SECRET_SEALER, UNSEALING } from './sealing.providers.ts';

export const SCHEDULED_TESTS: unique symbol = Symbol('ScheduledTests');
export const TEST_CONNECTION: unique symbol = Symbol('TestConnection');
export const TEST_QUOTA: unique symbol = Symbol('TestQuota');
export const TEST_RUN_READER: unique symbol = Symbol('TestRunReader');
export const TEST_RUNS: unique symbol = Symbol('TestRuns');

const RECORDED_TEST: unique symbol = Symbol('RecordedTest');

/** Pause between two looks for secrets whose last result is old. */
const LOOK_FOR_DUE_EVERY_MS = 60_000;

/** Pause between two looks for runs that were left behind. */
const RESUME_RUNS_EVERY_MS = 15_000;

/** The part of the module that tests whether keys work. */
export const connectionTests = (config: ConnectionTestConfig): readonly Provider[] => [
  {
    provide: TEST_CONNECTION,
    inject: [CLOCK],
    useFactory: (clock: Clock): TestConnection => {
      const { allowPrivate, timeoutMs } = config;
      return testConnection({ caller: httpProviderCaller({ allowPrivate }), clock, timeoutMs });
    },
  },
  {
    provide: RECORDED_TEST,
    inject: [EVENT_STORE, SECRET_SEALER, CLOCK, TEST_CONNECTION, LOGGER],
    useFactory: (
      eventStore: EventStore,
      sealer: SecretSealer,
      clock: Clock,
      test: TestConnection,
      logger: Logger,
    ): RecordedTest => withTestEvents(logger, recordedTest({ eventStore, sealer, clock, test })),
  },
  { provide: TEST_QUOTA, inject: [PG_POOL], useFactory: (pool: Pool): TestQuota => postgresTestQuota(pool) },
  { provide: TEST_RUN_READER, inject: [PG_POOL], useFactory: (pool: Pool) => postgresTestRunReader(pool) },
  {
    provide: TEST_RUNS,
    inject: [EVENT_STORE, RECORDED_TEST, TEST_RUN_READER, LEASE_LOCK, UNSEALING, CLOCK, LOGGER],
    useFactory: (
      eventStore: EventStore,
      testRecorded: RecordedTest,
      reader: TestRunReader,
      lock: LeaseLock,
      unsealing: Unsealing,
      clock: Clock,
      logger: Logger,
    ): TestRuns =>
      testRunRunner({
        eventStore,
        testRecorded,
        reader,
        lock,
        sealStatus: () => unsealing.status(),
        clock,
        parallel: config.parallel,
        intervalMs: RESUME_RUNS_EVERY_MS,
        report: (error, runId) => testRunFailed(logger, error, runId),
      }),
  },
  {
    provide: SCHEDULED_TESTS,
    inject: [EVENT_STORE, SECRET_READER, RECORDED_TEST, LEASE_LOCK, UNSEALING, CLOCK, LOGGER],
    useFactory: (
      eventStore: EventStore,
      reader: SecretReader,
      testRecorded: RecordedTest,
      lock: LeaseLock,
      unsealing: Unsealing,
      clock: Clock,
      logger: Logger,
    ): readonly ScheduledTests[] => {
      const { everyMs, parallel } = config;
      if (everyMs === undefined) return [];
      const sealStatus = () => unsealing.status();
      const report = (error: unknown, secretId?: string) => scheduledTestFailed(logger, error, secretId);
      const times = { everyMs, parallel, intervalMs: LOOK_FOR_DUE_EVERY_MS };
      return [scheduledTests({ eventStore, reader, testRecorded, lock, sealStatus, clock, report, ...times })];
    },
  },
  {
    provide: CONNECTION_TEST_OPERATIONS,
    inject: [
      EVENT_STORE,
      SECRET_SEALER,
      SECRET_READER,
      CLOCK,
      LOGGER,
      TEST_CONNECTION,
      RECORDED_TEST,
      TEST_RUNS,
      TEST_QUOTA,
    ],
    useFactory: (
      eventStore: EventStore,
      sealer: SecretSealer,
      reader: SecretReader,
      clock: Clock,
      logger: Logger,
      test: TestConnection,
      testRecorded: RecordedTest,
      testRuns: TestRuns,
      quota: TestQuota,
    ): ConnectionTestOperations => {
      const submissions = submissionKeys({ eventStore, sealer, opener: jweSubmissionOpener, clock });
      const { allowPrivate, mostPerMinute } = config;
      const testing = { test, testRecorded, testRuns, quota, mostPerMinute, allowPrivate };
      const deps = { eventStore, sealer, reader, clock, submissions, ...testing };
      return withConnectionTestEvents(logger, connectionTestOperations(deps));
    },
  },
];
