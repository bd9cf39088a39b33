import {
  CHECKPOINT_STORE,
  type CheckpointStore,
  type Clock,
  EVENT_STORE,
  type EventStore,
} from '@keyledger/event-sourcing';
import { ANNOUNCER, type Announcer, type EventReactor } from '@keyledger/messaging';
import { natsAnnouncer } from '@keyledger/messaging-nats';
import { CLOCK, LOGGER, NATS_CONNECTION } from '@keyledger/nest-kit';
import type { Logger } from '@keyledger/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Provider } from '@nestjs/common';
import type { Issuers } from './application/ports/issuer.port.ts';
import type { LeaseLock } from './application/ports/lease-lock.port.ts';
import type { SecretSealer } from './application/ports/secret-sealer.port.ts';
import { observeLease } from './application/lease-usage/observe-lease.ts';
import { type AdvanceLease, leaseRunner } from './application/processes/lease.runner.ts';
import { publication } from './application/publication.ts';
import { announceAgainWhenKeyRequestResumed } from './application/reactors/announce-again-when-key-request-resumed.reactor.ts';
import { issueLeaseWhenKeyRequestApproved } from './application/reactors/issue-lease-when-key-request-approved.reactor.ts';
import { recordRotationWhenDeliverySucceeded } from './application/reactors/record-rotation-when-delivery-succeeded.reactor.ts';
import { retryLeaseWhenKeyRequestRetried } from './application/reactors/retry-lease-when-key-request-retried.reactor.ts';
import type { VaultConfig } from './config.ts';
import { ISSUERS } from './issuers.providers.ts';
import { LEASE_LOCK } from './outside.providers.ts';
import { SECRET_SEALER } from './sealing.providers.ts';
import { withLeaseEvents } from './telemetry-events.ts';

export const ADVANCE_LEASE: unique symbol = Symbol('AdvanceLease');
export const VAULT_REACTORS: unique symbol = Symbol('VaultReactors');

/** What brings a lease to its next rest, and what sets it in motion. */
export const issuing = ({ issuing: { limits, giveUpAfterMs }, leases: rules }: VaultConfig): Provider[] => [
  {
    provide: ADVANCE_LEASE,
    inject: [EVENT_STORE, ISSUERS, SECRET_SEALER, LEASE_LOCK, CLOCK, LOGGER],
    useFactory: (
      eventStore: EventStore,
      issuers: Issuers,
      sealer: SecretSealer,
      lock: LeaseLock,
      clock: Clock,
      logger: Logger,
    ): AdvanceLease =>
      withLeaseEvents(
        logger,
        clock,
        leaseRunner({
          eventStore,
          issuers,
          sealer,
          lock,
          clock,
          giveUpAfterMs,
          observeLease: observeLease({ eventStore, clock, rules }),
        }),
      ),
  },
  {
    provide: ANNOUNCER,
    inject: [EVENT_STORE, NATS_CONNECTION, CHECKPOINT_STORE],
    useFactory: (eventStore: EventStore, connection: NatsConnection, checkpoints: CheckpointStore): Announcer =>
      natsAnnouncer({ eventStore, connection, checkpoints, service: 'vault', publication }),
  },
  {
    provide: VAULT_REACTORS,
    inject: [EVENT_STORE, ISSUERS, SECRET_SEALER, ADVANCE_LEASE, CLOCK, ANNOUNCER],
    useFactory: (
      eventStore: EventStore,
      issuers: Issuers,
      sealer: SecretSealer,
      advanceLease: AdvanceLease,
      clock: Clock,
      announcer: Announcer,
    ): readonly EventReactor[] => [
      issueLeaseWhenKeyRequestApproved({ eventStore, sealer, advanceLease, issuers, limits, clock }),
      recordRotationWhenDeliverySucceeded({ eventStore, sealer, advanceLease, clock }),
      retryLeaseWhenKeyRequestRetried({ eventStore, sealer, advanceLease, clock }),
      announceAgainWhenKeyRequestResumed({ announcer }),
    ],
  },
];
