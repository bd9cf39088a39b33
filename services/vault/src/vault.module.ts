import { type Clock, EVENT_STORE, type EventStore } from '@keyledger/event-sourcing';
import { CLOCK, deadLetterParts, LOGGER } from '@keyledger/nest-kit';
import type { Logger } from '@keyledger/telemetry';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { jweRecipientSealer } from './adapters/crypto/jwe.recipient-sealer.ts';
import { SecretNatsHandlers } from './adapters/nats/secret.nats-handlers.ts';
import { ConnectionTestNatsHandlers } from './adapters/nats/connection-test.nats-handlers.ts';
import { LeaseNatsHandlers } from './adapters/nats/lease.nats-handlers.ts';
import { MasterKeyNatsHandlers } from './adapters/nats/master-key.nats-handlers.ts';
import { ReconciliationNatsHandlers } from './adapters/nats/reconciliation.nats-handlers.ts';
import { VAULT_OPERATIONS, VaultNatsHandlers } from './adapters/nats/vault.nats-handlers.ts';
import { type RotateMasterKeyFunction } from './application/commands/rotate-master-key.ts';
import type { Issuers } from './application/ports/issuer.port.ts';
import type { MasterKeyUses } from './application/ports/master-key-uses.port.ts';
import type { SecretSealer } from './application/ports/secret-sealer.port.ts';
import type { WrappedKeys } from './application/ports/wrapped-keys.port.ts';
import type { Unsealing } from './application/processes/unsealing.ts';
import { vaultOperations, type VaultOperations } from './application/vault-operations.ts';
import { connectionTests } from './connection-tests.providers.ts';
import type { VaultConfig } from './config.ts';
import { custody } from './custody.providers.ts';
import { ISSUERS } from './issuers.providers.ts';
import { issuing, VAULT_REACTORS } from './issuing.providers.ts';
import { reconciliation } from './reconciliation.providers.ts';
import { leaseParts } from './leases.providers.ts';
import { withMasterKeyEvents, withRevealEvents } from './telemetry-events.ts';
import { MASTER_KEY_USES, outside, WRAPPED_KEYS } from './outside.providers.ts';
import { ROTATE_MASTER_KEY, SECRET_SEALER, UNSEALING, rotating, sealing } from './sealing.providers.ts';

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
    ...leaseParts(config.issuing.limits),
    operations,
    ...custody(config),
    ...connectionTests(config.connectionTests),
    ...reconciliation(config.leases),
    ...deadLetter.providers,
  ],
});

/** What seals and opens, without the rest of the service: for commands that run beside it. */
export const sealingModule = (config: VaultConfig, platform: DynamicModule): DynamicModule => ({
  module: VaultModule,
  imports: [platform],
  providers: [...outside(config), ...sealing],
});
