import { AppError } from '@keyledger/errors';
import { type EventStore, systemClock } from '@keyledger/event-sourcing';
import { openEventStore, platformModule } from '@keyledger/nest-kit';
import { createLogger } from '@keyledger/telemetry';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import type { KeyRing } from './application/ports/key-ring.port.ts';
import type { OpenMasterKeys } from './application/ports/master-keys.port.ts';
import type { SecretSealer } from './application/ports/secret-sealer.port.ts';
import type { WrappedKeys } from './application/ports/wrapped-keys.port.ts';
import type { Unsealing } from './application/processes/unsealing.ts';
import type { VaultConfig } from './config.ts';
import { KEY_RING, WRAPPED_KEYS } from './outside.providers.ts';
import { SECRET_SEALER, UNSEALING } from './sealing.providers.ts';
import { sealingModule } from './vault.module.ts';

export interface OpenedSealer extends AsyncDisposable {
  readonly eventStore: EventStore;
  readonly sealer: SecretSealer;
  readonly keyRing: KeyRing;
  readonly wrappedKeys: WrappedKeys;
  readonly masterKeys: OpenMasterKeys;
}

/** Standard output belongs to what the command says. Why a vault is sealed is thrown; what nobody expected is told here. */
const logger = createLogger({ service: 'vault', level: 'error', format: 'pretty', destination: process.stderr });

/** What a command needs that seals beside the running vaults: the same stores, the same master key, no messaging. */
export const openSealer = async (config: VaultConfig): Promise<OpenedSealer> => {
  await using opening = new AsyncDisposableStack();
  const pool = new pg.Pool({ connectionString: config.platform.databaseUrl, max: 2 });
  opening.defer(() => pool.end());
  const eventStore = await openEventStore(config.platform.eventStoreUrl);
  opening.defer(() => eventStore.close());
  const platform = platformModule({ pool, eventStore, clock: systemClock, logger });
  const app = await NestFactory.createApplicationContext(sealingModule(config, platform), { logger: false });
  opening.defer(() => app.close());
  const status = await app.get<Unsealing>(UNSEALING).attempt();
  if (status.isSealed) throw new AppError('sealed', status.reason);
  const resources = opening.move();
  return {
    eventStore,
    sealer: app.get<SecretSealer>(SECRET_SEALER),
    keyRing: app.get<KeyRing>(KEY_RING),
    wrappedKeys: app.get<WrappedKeys>(WRAPPED_KEYS),
    masterKeys: app.get<Unsealing>(UNSEALING),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
};
