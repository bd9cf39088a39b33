import { type Clock, EVENT_STORE, type EventStore } from '@keyledger/event-sourcing';
import { CLOCK, LOGGER } from '@keyledger/nest-kit';
import type { Logger } from '@keyledger/telemetry';
import type { Provider } from '@nestjs/common';
import { jweRecipientSealer } from './adapters/crypto/jwe.recipient-sealer.ts';
import { jweSubmissionOpener } from './adapters/jose/jwe.submission-opener.ts';
import { SECRET_OPERATIONS } from './adapters/nats/secret.nats-handlers.ts';
import type { KeyRing } from './application/ports/key-ring.port.ts';
import type { LeaseLock } from './application/ports/lease-lock.port.ts';
import type { SecretSealer } from './application/ports/secret-sealer.port.ts';
import type { SecretReader } from './application/ports/secret-table.port.ts';
import { shredExpired, type ShredExpired } from './application/processes/shred-expired.runner.ts';
import { secretOperations, type SecretOperations } from './application/secret-operations.ts';
import { submissionKeys } from './application/submission-keys.ts';
import { withBatchEvents } from './batch-telemetry.ts';
import type { VaultConfig } from './config.ts';
import { KEY_RING, LEASE_LOCK, SECRET_READER } from './outside.providers.ts';
import { SECRET_SEALER } from './sealing.providers.ts';
import { shreddingFailed, withSecretEvents } from './telemetry-events.ts';

export const SHRED_EXPIRED: unique symbol = Symbol('ShredExpired');

/** Pause between two looks whether something is kept no longer. */
const SHRED_EVERY_MS = 10 * 60_000;

const handing = ({ keepVersionsMs }: VaultConfig): Provider => ({
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

/** Keeps the secrets that people hand in, and shreds what is kept no longer. */
export const custody = (config: VaultConfig): Provider[] => [handing(config), retention(config)];
