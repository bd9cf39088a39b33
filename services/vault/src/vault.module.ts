import {
  CHECKPOINT_STORE,
  type CheckpointStore,
  type Clock,
  EVENT_STORE,
  type EventStore,
} from '@keyledger/event-sourcing';
import { ANNOUNCER, type Announcer, type EventReactor } from '@keyledger/messaging';
import { natsAnnouncer } from '@keyledger/messaging-nats';
import { CLOCK, deadLetterParts, LOGGER, NATS_CONNECTION, PG_POOL } from '@keyledger/nest-kit';
import type { Logger } from '@keyledger/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import type { Pool } from 'pg';
import { envelopeSecretSealer } from './adapters/crypto/envelope.secret-sealer.ts';
import { jweRecipientSealer } from './adapters/jose/jwe.recipient-sealer.ts';
import { jweSubmissionOpener } from './adapters/jose/jwe.submission-opener.ts';
import { SECRET_OPERATIONS, SecretNatsHandlers } from './adapters/nats/secret.nats-handlers.ts';
import { ConnectionTestNatsHandlers } from './adapters/nats/connection-test.nats-handlers.ts';
import { LeaseNatsHandlers } from './adapters/nats/lease.nats-handlers.ts';
import { MasterKeyNatsHandlers } from './adapters/nats/master-key.nats-handlers.ts';
import { ReconciliationNatsHandlers } from './adapters/nats/reconciliation.nats-handlers.ts';
import { VAULT_OPERATIONS, VaultNatsHandlers } from './adapters/nats/vault.nats-handlers.ts';
import { postgresKeyRing } from './adapters/postgres/postgres.key-ring.ts';
import { PostgresLeaseLock } from './adapters/postgres/postgres.lease-lock.ts';
import { postgresLeaseReader } from './adapters/postgres/postgres.lease-table.ts';
import { postgresMasterKeyUses } from './adapters/postgres/postgres.master-key-uses.ts';
import { postgresWrappedKeys } from './adapters/postgres/postgres.wrapped-keys.ts';
import { recordReadability } from './application/commands/record-readability.ts';
import { rotateMasterKey, type RotateMasterKeyFunction } from './application/commands/rotate-master-key.ts';
import { postgresSecretReader } from './adapters/postgres/postgres.secret-table.ts';
import type { Issuers } from './application/ports/issuer.port.ts';
import { markUnreadableSecrets } from './application/key-ring/mark-unreadable-secrets.ts';
import type { KeyRing } from './application/ports/key-ring.port.ts';
import type { LeaseLock } from './application/ports/lease-lock.port.ts';
import type { MasterKeySource } from './application/ports/master-key.port.ts';
import type { MasterKeyUses } from './application/ports/master-key-uses.port.ts';
import type { SecretSealer } from './application/ports/secret-sealer.port.ts';
import type { WrappedKeys } from './application/ports/wrapped-keys.port.ts';
import type { SecretReader } from './application/ports/secret-table.port.ts';
import { type AdvanceLease, leaseRunner } from './application/processes/lease.runner.ts';
import { type RewrapDataKeys, rewrapDataKeys } from './application/processes/rewrap-data-keys.runner.ts';
import { shredExpired, type ShredExpired } from './application/processes/shred-expired.runner.ts';
import { unsealing, type Unsealing } from './application/processes/unsealing.ts';
import { publication } from './application/publication.ts';
import { announceAgainWhenKeyRequestResumed } from './application/reactors/announce-again-when-key-request-resumed.reactor.ts';
import { issueLeaseWhenKeyRequestApproved } from './application/reactors/issue-lease-when-key-request-approved.reactor.ts';
import { recordRotationWhenDeliverySucceeded } from './application/reactors/record-rotation-when-delivery-succeeded.reactor.ts';
import { retryLeaseWhenKeyRequestRetried } from './application/reactors/retry-lease-when-key-request-retried.reactor.ts';
import { secretOperations, type SecretOperations } from './application/secret-operations.ts';
import { submissionKeys } from './application/submission-keys.ts';
import { vaultOperations, type VaultOperations } from './application/vault-operations.ts';
import { connectionTests } from './connection-tests.providers.ts';
import type { VaultConfig } from './config.ts';
import { ISSUERS, issuersProvider } from './issuers.providers.ts';
import { reconciliation } from './reconciliation.providers.ts';
import { masterKeySource } from './master-key-sources.ts';
import { leaseParts } from './leases.providers.ts';
import {
  rewrapFailed,
  sealStatusChanged,
  shreddingFailed,
  withLeaseEvents,
  withMasterKeyEvents,
  withRevealEvents,
  withSecretEvents,
} from './telemetry-events.ts';

export const ADVANCE_LEASE: unique symbol = Symbol('AdvanceLease');
export const KEY_RING: unique symbol = Symbol('KeyRing');
export const LEASE_LOCK: unique symbol = Symbol('LeaseLock');
export const LEASE_READER: unique symbol = Symbol('LeaseReader');
export const MASTER_KEY_SOURCE: unique symbol = Symbol('MasterKeySource');
export const MASTER_KEY_USES: unique symbol = Symbol('MasterKeyUses');
export const REWRAP_DATA_KEYS: unique symbol = Symbol('RewrapDataKeys');
export const ROTATE_MASTER_KEY: unique symbol = Symbol('RotateMasterKey');
export const SHRED_EXPIRED: unique symbol = Symbol('ShredExpired');
export const SECRET_READER: unique symbol = Symbol('SecretReader');
export const SECRET_SEALER: unique symbol = Symbol('SecretSealer');
export const UNSEALING: unique symbol = Symbol('Unsealing');
export const VAULT_REACTORS: unique symbol = Symbol('VaultReactors');
export const WRAPPED_KEYS: unique symbol = Symbol('WrappedKeys');

/** Pause between two attempts to unseal. */
const UNSEAL_AGAIN_MS = 2_000;

/** Pause between two looks whether data keys are to be wrapped anew. */
const REWRAP_EVERY_MS = 2_000;

const outside = (config: VaultConfig): Provider[] => [
  { provide: KEY_RING, inject: [PG_POOL], useFactory: (pool: Pool): KeyRing => postgresKeyRing(pool) },
  { provide: LEASE_READER, inject: [PG_POOL], useFactory: (pool: Pool) => postgresLeaseReader(pool) },
  { provide: SECRET_READER, inject: [PG_POOL], useFactory: (pool: Pool) => postgresSecretReader(pool) },
  { provide: LEASE_LOCK, useFactory: (): LeaseLock => new PostgresLeaseLock(config.platform.databaseUrl) },
  issuersProvider(config),
  { provide: WRAPPED_KEYS, inject: [PG_POOL], useFactory: (pool: Pool): WrappedKeys => postgresWrappedKeys(pool) },
  {
    provide: MASTER_KEY_USES,
    inject: [PG_POOL],
    useFactory: (pool: Pool): MasterKeyUses => postgresMasterKeyUses(pool),
  },
  { provide: MASTER_KEY_SOURCE, useFactory: (): MasterKeySource => masterKeySource(config.masterKeys) },
];

const sealing: Provider[] = [
  {
    provide: UNSEALING,
    inject: [EVENT_STORE, KEY_RING, WRAPPED_KEYS, MASTER_KEY_USES, MASTER_KEY_SOURCE, CLOCK, LOGGER],
    useFactory: (
      eventStore: EventStore,
      keyRing: KeyRing,
      wrappedKeys: WrappedKeys,
      uses: MasterKeyUses,
      source: MasterKeySource,
      clock: Clock,
      logger: Logger,
    ): Unsealing =>
      unsealing({
        eventStore,
        keyRing,
        wrappedKeys,
        uses,
        source,
        clock,
        retryAfterMs: UNSEAL_AGAIN_MS,
        report: (status, error) => sealStatusChanged(logger, status, error),
      }),
  },
  {
    provide: SECRET_SEALER,
    inject: [KEY_RING, UNSEALING],
    useFactory: (keyRing: KeyRing, masterKeys: Unsealing): SecretSealer =>
      envelopeSecretSealer({ keyRing, masterKeys }),
  },
];

const rotating: Provider[] = [
  {
    provide: ROTATE_MASTER_KEY,
    inject: [EVENT_STORE, MASTER_KEY_SOURCE, UNSEALING],
    useFactory: (eventStore: EventStore, source: MasterKeySource, unsealing: Unsealing): RotateMasterKeyFunction =>
      rotateMasterKey({ eventStore, source, unsealing }),
  },
  {
    provide: REWRAP_DATA_KEYS,
    inject: [EVENT_STORE, WRAPPED_KEYS, UNSEALING, LEASE_LOCK, CLOCK, LOGGER],
    useFactory: (
      eventStore: EventStore,
      wrappedKeys: WrappedKeys,
      masterKeys: Unsealing,
      lock: LeaseLock,
      clock: Clock,
      logger: Logger,
    ): RewrapDataKeys =>
      rewrapDataKeys({
        eventStore,
        wrappedKeys,
        masterKeys,
        sealStatus: () => masterKeys.status(),
        lock,
        clock,
        intervalMs: REWRAP_EVERY_MS,
        markUnreadable: markUnreadableSecrets(eventStore, recordReadability({ eventStore, clock })),
        report: (error, keyId) => rewrapFailed(logger, error, keyId),
      }),
  },
];

const issuing = ({ issuing: { limits, giveUpAfterMs } }: VaultConfig): Provider[] => [
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
      withLeaseEvents(logger, clock, leaseRunner({ eventStore, issuers, sealer, lock, clock, giveUpAfterMs })),
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
    return withSecretEvents(logger, secretOperations(deps));
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
