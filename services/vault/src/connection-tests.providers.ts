import { type Clock, EVENT_STORE, type EventStore } from '@keyledger/event-sourcing';
import { CLOCK, LOGGER } from '@keyledger/nest-kit';
import type { Logger } from '@keyledger/telemetry';
import type { Provider } from '@nestjs/common';
import { jweSubmissionOpener } from './adapters/jose/jwe.submission-opener.ts';
import { CONNECTION_TEST_OPERATIONS } from './adapters/nats/connection-test.nats-handlers.ts';
import { httpProviderCaller } from './adapters/providers/http.provider-caller.ts';
import {
  type ConnectionTestOperations,
  connectionTestOperations,
} from './application/connection-tests/connection-test-operations.ts';
import { recordedTest } from './application/connection-tests/recorded-test.ts';
import { testConnection } from './application/connection-tests/test-connection.ts';
import type { SecretSealer } from './application/ports/secret-sealer.port.ts';
import { submissionKeys } from './application/submission-keys.ts';
import type { ConnectionTestConfig } from './connection-test-config.ts';
import { withConnectionTestEvents } from './connection-test-telemetry.ts';

/** The part of the module that tests whether keys work. */
export const connectionTests = (
  { timeoutMs, allowPrivate }: ConnectionTestConfig,
  secretSealer: symbol,
): readonly Provider[] => [
  {
    provide: CONNECTION_TEST_OPERATIONS,
    inject: [EVENT_STORE, secretSealer, CLOCK, LOGGER],
    useFactory: (
      eventStore: EventStore,
      sealer: SecretSealer,
      clock: Clock,
      logger: Logger,
    ): ConnectionTestOperations => {
      const submissions = submissionKeys({ eventStore, sealer, opener: jweSubmissionOpener, clock });
      const test = testConnection({ caller: httpProviderCaller({ allowPrivate }), clock, timeoutMs });
      const testRecorded = recordedTest({ eventStore, sealer, clock, test });
      const deps = { eventStore, sealer, clock, submissions, test, testRecorded };
      return withConnectionTestEvents(logger, connectionTestOperations(deps));
    },
  },
];
