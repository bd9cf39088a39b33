import {
  CHECKPOINT_STORE,
  type CheckpointStore,
  type Clock,
  EVENT_STORE,
  type EventStore,
} from '@keyledger/event-sourcing';
import { ANNOUNCER, type Announcer, type EventReactor } from '@keyledger/messaging';
import { natsAnnouncer } from '@keyledger/messaging-nats';
import { CLOCK, deadLetterParts, LOGGER, NATS_CONNECTION } from '@keyledger/nest-kit';
import type { Logger } from '@keyledger/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { jweRecipientSealer } from './adapters/crypto/jwe.recipient-sealer.ts';
import { jweSubmissionOpener } from './adapters/jose/jwe.submission-opener.ts';
import { SECRET_OPERATIONS, SecretNatsHandlers } from './adapters/nats/secret.nats-handlers.ts';
import { ConnectionTestNatsHandlers } from './adapters/nats/connection-test.nats-handlers.ts';
import { LeaseNatsHandlers } from './adapters/nats/lease.nats-handlers.ts';
import { MasterKeyNatsHandlers } from './adapters/nats/master-key.nats-handlers.ts';
import { ReconciliationNatsHandlers } from './adapters/nats/reconciliation.nats-handlers.ts';
import { VAULT_OPERATIONS, VaultNatsHandlers } from './adapters/nats/vault.nats-handlers.ts';
import { type RotateMasterKeyFunction } from './application/commands/rotate-master-key.ts';
import type { Issuers } from './application/ports/issuer.port.ts';
import type { KeyRing } from './application/ports/key-ring.port.ts';
import type { LeaseLock } from './application/ports/lease-lock.port.ts';
import type { MasterKeyUses } from './application/ports/master-key-uses.port.ts';
import type { SecretSealer } from './application/ports/secret-sealer.port.ts';
import type { WrappedKeys } from './application/ports/wrapped-keys.port.ts';
import type { SecretReader } from './application/ports/secret-table.port.ts';
import { observeLease } from './application/lease-usage/observe-lease.ts';
import { type AdvanceLease, leaseRunner } from './application/processes/lease.runner.ts';
import { shredExpired, type ShredExpired } from './application/processes/shred-expired.runner.ts';
import type { Unsealing } from './application/processes/unsealing.ts';
import { publication } from './application/publication.ts';
import { announceAgainWhenKeyRequestResumed } from './application/reactors/announce-again-when-key-request-resumed.reactor.ts';
import { issueLeaseWhenKeyRequestApproved } from './application/reactors/issue-lease-when-key-request-approved.reactor.ts';
import { recordRotationWhenDeliverySucceeded } from './application/reactors/record-rotation-when-delivery-succeeded.reactor.ts';
import { retryLeaseWhenKeyRequestRetried } from './application/reactors/retry-lease-when-key-request-retried.reactor.ts';
import { secretOperations, type SecretOperations } from './application/secret-operations.ts';
import { submissionKeys } from './application/submission-keys.ts';
import { vaultOperations, type VaultOperations } from './application/vault-operations.ts';
import { withBatchEvents } from './batch-telemetry.ts';
import { connectionTests } from './connection-tests.providers.ts';
import type { VaultConfig } from './config.ts';
import { ISSUERS } from './issuers.providers.ts';
import { reconciliation } from './reconciliation.providers.ts';
import { leaseParts } from './leases.providers.ts';
import {
  shreddingFailed,
  withLeaseEvents,
  withMasterKeyEvents,
  withRevealEvents,
  withSecretEvents,
} from './telemetry-events.ts';
import {
  KEY_RING,
  LEASE_LOCK,
  LEASE_READER,
  MASTER_KEY_USES,
  SECRET_READER,
  WRAPPED_KEYS,
  outside,
} from './outside.providers.ts';
import { ROTATE_MASTER_KEY, SECRET_SEALER, UNSEALING, rotating, sealing } from './sealing.providers.ts';

export const ADVANCE_LEASE: unique symbol = Symbol('AdvanceLease');
export const SHRED_EXPIRED: unique symbol = Symbol('ShredExpired');
export const VAULT_REACTORS: unique symbol = Symbol('VaultReactors');

const issuing = ({ issuing: { limits, giveUpAfterMs }, leases: rules }: VaultConfig): Provider[] => [
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

const operations: Provider = {
  provide: VAULT_OPERATIONS,
  inject: [
    EVENT_STORE,
    SECRET_SEALER,
    ISSUERS,
    CLOCK,
    LOGGER,
    WRAPPED_KEYS,
    MASTER_KEY_USES,
    UNSEALING,
    ROTATE_MASTER_KEY,
  ],
  useFactory: (
    eventStore: EventStore,
    sealer: SecretSealer,
    issuers: Issuers,
    clock: Clock,
    logger: Logger,
    wrappedKeys: WrappedKeys,
    uses: MasterKeyUses,
    unsealing: Unsealing,
    rotate: RotateMasterKeyFunction,
  ): VaultOperations => {
    const masterKeys = { wrappedKeys, uses, unsealing, rotate };
    const deps = { eventStore, sealer, issuers, clock, recipients: jweRecipientSealer, ...masterKeys };
    return withMasterKeyEvents(logger, withRevealEvents(logger, vaultOperations(deps)));
  },
};

const custody = ({ keepVersionsMs }: VaultConfig): Provider => ({
  provide: SECRET_OPERATIONS,
  inject: [EVENT_STORE, SECRET_SEALER, KEY_RING, SECRET_READER, CLOCK, LOGGER],
  useFactory: (
    eventStore: EventStore,
    sealer: SecretSealer,
    keyRing: KeyRing,
    reader: SecretReader,
    clock: Clock,
    logger: Logger,
  ): SecretOperations => {
    const submissions = submissionKeys({ eventStore, sealer, opener: jweSubmissionOpener, clock });
    const recipients = jweRecipientSealer;
    const deps = { eventStore, sealer, keyRing, reader, clock, submissions, recipients, keepVersionsMs };
    return withBatchEvents(logger, withSecretEvents(logger, secretOperations(deps)));
  },
});

/** Pause between two looks whether something is kept no longer. */
const SHRED_EVERY_MS = 10 * 60_000;

const retention = ({ keepVersionsMs }: VaultConfig): Provider => ({
  provide: SHRED_EXPIRED,
  inject: [EVENT_STORE, KEY_RING, SECRET_READER, LEASE_LOCK, CLOCK, LOGGER],
  useFactory: (
    eventStore: EventStore,
    keyRing: KeyRing,
    reader: SecretReader,
    lock: LeaseLock,
    clock: Clock,
    logger: Logger,
  ): ShredExpired => {
    const report = (error: unknown): void => shreddingFailed(logger, error);
    return shredExpired({
      eventStore,
      keyRing,
      reader,
      lock,
      clock,
      keepVersionsMs,
      intervalMs: SHRED_EVERY_MS,
      report,
    });
  },
});

@Module({})
class VaultModule {}

const deadLetter = deadLetterParts('vault', VAULT_REACTORS);

export const vaultModule = (config: VaultConfig, platform: DynamicModule): DynamicModule => ({
  module: VaultModule,
  imports: [platform],
  controllers: [
    VaultNatsHandlers,
    MasterKeyNatsHandlers,
    SecretNatsHandlers,
    ConnectionTestNatsHandlers,
    LeaseNatsHandlers,
    ReconciliationNatsHandlers,
    ...deadLetter.controllers,
  ],
  providers: [
    ...outside(config),
    ...sealing,
    ...rotating,
    ...issuing(config),
    ...leaseParts(config.issuing.limits, {
      issuers: ISSUERS,
      sealer: SECRET_SEALER,
      advanceLease: ADVANCE_LEASE,
      leases: LEASE_READER,
      lock: LEASE_LOCK,
      secrets: SECRET_READER,
    }),
    operations,
    custody(config),
    retention(config),
    ...connectionTests(config.connectionTests, {
      sealer: SECRET_SEALER,
      secretReader: SECRET_READER,
      lock: LEASE_LOCK,
      unsealing: UNSEALING,
    }),
    ...reconciliation(config.leases, {
      advanceLease: ADVANCE_LEASE,
      issuers: ISSUERS,
      leaseLock: LEASE_LOCK,
      leaseReader: LEASE_READER,
      unsealing: UNSEALING,
    }),
    ...deadLetter.providers,
  ],
});

/** What seals and opens, without the rest of the service: for commands that run beside it. */
export const sealingModule = (config: VaultConfig, platform: DynamicModule): DynamicModule => ({
  module: VaultModule,
  imports: [platform],
  providers: [...outside(config), ...sealing],
});
