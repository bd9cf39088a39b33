import { type Clock, EVENT_STORE, type EventStore } from '@keyledger/event-sourcing';
import { CLOCK, LOGGER } from '@keyledger/nest-kit';
import type { Logger } from '@keyledger/telemetry';
import type { Provider } from '@nestjs/common';
import { envelopeSecretSealer } from './adapters/crypto/envelope.secret-sealer.ts';
import { recordReadability } from './application/commands/record-readability.ts';
import { rotateMasterKey, type RotateMasterKeyFunction } from './application/commands/rotate-master-key.ts';
import { hasSealedNothing } from './application/key-ring/has-sealed-nothing.ts';
import { markUnreadableSecrets } from './application/key-ring/mark-unreadable-secrets.ts';
import type { KeyRing } from './application/ports/key-ring.port.ts';
import type { LeaseLock } from './application/ports/lease-lock.port.ts';
import type { MasterKeySource } from './application/ports/master-key.port.ts';
import type { MasterKeyUses } from './application/ports/master-key-uses.port.ts';
import type { SecretSealer } from './application/ports/secret-sealer.port.ts';
import type { WrappedKeys } from './application/ports/wrapped-keys.port.ts';
import { type RewrapDataKeys, rewrapDataKeys } from './application/processes/rewrap-data-keys.runner.ts';
import { unsealing, type Unsealing } from './application/processes/unsealing.ts';
import { rewrapFailed, sealStatusChanged } from './telemetry-events.ts';
import { KEY_RING, LEASE_LOCK, MASTER_KEY_SOURCE, MASTER_KEY_USES, WRAPPED_KEYS } from './outside.providers.ts';

export const REWRAP_DATA_KEYS: unique symbol = Symbol('RewrapDataKeys');
export const ROTATE_MASTER_KEY: unique symbol = Symbol('RotateMasterKey');
export const SECRET_SEALER: unique symbol = Symbol('SecretSealer');
export const UNSEALING: unique symbol = Symbol('Unsealing');

/** Pause between two attempts to unseal. */
const UNSEAL_AGAIN_MS = 2_000;

/** Pause between two looks whether data keys are to be wrapped anew. */
const REWRAP_EVERY_MS = 2_000;

/** What seals and opens. */
export const sealing: Provider[] = [
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
    inject: [EVENT_STORE, KEY_RING, UNSEALING],
    useFactory: (eventStore: EventStore, keyRing: KeyRing, masterKeys: Unsealing): SecretSealer =>
      envelopeSecretSealer({ keyRing, masterKeys, isUnused: () => hasSealedNothing(eventStore) }),
  },
];

/** What changes the master keys. */
export const rotating: Provider[] = [
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
