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
import type { SecretBytes } from '@keyledger/secrets';
import type { Logger } from '@keyledger/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import type { Pool } from 'pg';
import { envelopeSecretSealer } from './adapters/crypto/envelope.secret-sealer.ts';
import { passphraseFile } from './adapters/crypto/passphrase-reader.ts';
import { passphraseMasterKeySource } from './adapters/crypto/passphrase.master-key-source.ts';
import { litellmIssuer } from './adapters/issuers/litellm/litellm.issuer.ts';
import { jweRecipientSealer } from './adapters/jose/jwe.recipient-sealer.ts';
import { VAULT_OPERATIONS, VaultNatsHandlers } from './adapters/nats/vault.nats-handlers.ts';
import { postgresKeyRing } from './adapters/postgres/postgres.key-ring.ts';
import { PostgresLeaseLock } from './adapters/postgres/postgres.lease-lock.ts';
import { postgresLeaseReader } from './adapters/postgres/postgres.lease-table.ts';
import type { Issuer } from './application/ports/issuer.port.ts';
import type { KeyRing } from './application/ports/key-ring.port.ts';
import type { LeaseLock } from './application/ports/lease-lock.port.ts';
import type { MasterKeySource } from './application/ports/master-key.port.ts';
import type { SecretSealer } from './application/ports/secret-sealer.port.ts';
import { type IssueLease, issueLeaseRunner } from './application/processes/issue-lease.runner.ts';
import { unsealing, type Unsealing } from './application/processes/unsealing.ts';
import { publication } from './application/publication.ts';
import { announceAgainWhenKeyRequestResumed } from './application/reactors/announce-again-when-key-request-resumed.reactor.ts';
import { issueLeaseWhenKeyRequestApproved } from './application/reactors/issue-lease-when-key-request-approved.reactor.ts';
import { retryLeaseWhenKeyRequestRetried } from './application/reactors/retry-lease-when-key-request-retried.reactor.ts';
import { vaultOperations, type VaultOperations } from './application/vault-operations.ts';
import type { PassphraseConfig, VaultConfig } from './config.ts';
import { sealStatusChanged, withLeaseEvents, withRevealEvents } from './telemetry-events.ts';

export const ISSUER: unique symbol = Symbol('Issuer');
export const ISSUE_LEASE: unique symbol = Symbol('IssueLease');
export const KEY_RING: unique symbol = Symbol('KeyRing');
export const LEASE_LOCK: unique symbol = Symbol('LeaseLock');
export const LEASE_READER: unique symbol = Symbol('LeaseReader');
export const MASTER_KEY_SOURCE: unique symbol = Symbol('MasterKeySource');
export const SECRET_SEALER: unique symbol = Symbol('SecretSealer');
export const UNSEALING: unique symbol = Symbol('Unsealing');
export const VAULT_REACTORS: unique symbol = Symbol('VaultReactors');

/** Pause between two attempts to unseal. */
const UNSEAL_AGAIN_MS = 2_000;

const passphraseReader = (config: PassphraseConfig): (() => Promise<SecretBytes | undefined>) => {
  switch (config.from) {
    case 'file':
      return passphraseFile(config.path);
    case 'variable':
      return () => Promise.resolve(config.passphrase.copy());
    case 'nowhere':
      return () => Promise.resolve(undefined);
  }
};

const outside = ({ passphrase, litellm, platform }: VaultConfig): Provider[] => [
  { provide: KEY_RING, inject: [PG_POOL], useFactory: (pool: Pool): KeyRing => postgresKeyRing(pool) },
  { provide: LEASE_READER, inject: [PG_POOL], useFactory: (pool: Pool) => postgresLeaseReader(pool) },
  { provide: LEASE_LOCK, useFactory: (): LeaseLock => new PostgresLeaseLock(platform.databaseUrl) },
  { provide: ISSUER, useFactory: (): Issuer => litellmIssuer(litellm) },
  {
    provide: MASTER_KEY_SOURCE,
    useFactory: (): MasterKeySource =>
      passphraseMasterKeySource({
        read: passphraseReader(passphrase),
        configuredBy: passphrase.from === 'file' ? 'KEYLEDGER_SECRET_KEY_FILE' : 'KEYLEDGER_SECRET_KEY',
      }),
  },
];

const sealing: Provider[] = [
  {
    provide: UNSEALING,
    inject: [EVENT_STORE, KEY_RING, MASTER_KEY_SOURCE, CLOCK, LOGGER],
    useFactory: (
      eventStore: EventStore,
      keyRing: KeyRing,
      source: MasterKeySource,
      clock: Clock,
      logger: Logger,
    ): Unsealing =>
      unsealing({
        eventStore,
        keyRing,
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

const issuing = ({ issuing: { limits, giveUpAfterMs } }: VaultConfig): Provider[] => [
  {
    provide: ISSUE_LEASE,
    inject: [EVENT_STORE, ISSUER, SECRET_SEALER, LEASE_LOCK, CLOCK, LOGGER],
    useFactory: (
      eventStore: EventStore,
      issuer: Issuer,
      sealer: SecretSealer,
      lock: LeaseLock,
      clock: Clock,
      logger: Logger,
    ): IssueLease =>
      withLeaseEvents(logger, clock, issueLeaseRunner({ eventStore, issuer, sealer, lock, clock, giveUpAfterMs })),
  },
  {
    provide: ANNOUNCER,
    inject: [EVENT_STORE, NATS_CONNECTION, CHECKPOINT_STORE],
    useFactory: (eventStore: EventStore, connection: NatsConnection, checkpoints: CheckpointStore): Announcer =>
      natsAnnouncer({ eventStore, connection, checkpoints, service: 'vault', publication }),
  },
  {
    provide: VAULT_REACTORS,
    inject: [EVENT_STORE, ISSUER, SECRET_SEALER, ISSUE_LEASE, CLOCK, ANNOUNCER],
    useFactory: (
      eventStore: EventStore,
      issuer: Issuer,
      sealer: SecretSealer,
      issueLease: IssueLease,
      clock: Clock,
      announcer: Announcer,
    ): readonly EventReactor[] => [
      issueLeaseWhenKeyRequestApproved({ eventStore, sealer, issueLease, issuer, limits, clock }),
      retryLeaseWhenKeyRequestRetried({ eventStore, sealer, issueLease, clock }),
      announceAgainWhenKeyRequestResumed({ announcer }),
    ],
  },
];

const operations: Provider = {
  provide: VAULT_OPERATIONS,
  inject: [EVENT_STORE, SECRET_SEALER, ISSUER, CLOCK, LOGGER],
  useFactory: (
    eventStore: EventStore,
    sealer: SecretSealer,
    issuer: Issuer,
    clock: Clock,
    logger: Logger,
  ): VaultOperations =>
    withRevealEvents(logger, vaultOperations({ eventStore, sealer, issuer, clock, recipients: jweRecipientSealer })),
};

@Module({})
class VaultModule {}

const deadLetter = deadLetterParts('vault', VAULT_REACTORS);

export const vaultModule = (config: VaultConfig, platform: DynamicModule): DynamicModule => ({
  module: VaultModule,
  imports: [platform],
  controllers: [VaultNatsHandlers, ...deadLetter.controllers],
  providers: [...outside(config), ...sealing, ...issuing(config), operations, ...deadLetter.providers],
});

/** What seals and opens, without the rest of the service: for commands that run beside it. */
export const sealingModule = (config: VaultConfig, platform: DynamicModule): DynamicModule => ({
  module: VaultModule,
  imports: [platform],
  providers: [...outside(config), ...sealing],
});
