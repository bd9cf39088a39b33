import type { Clock, EventStore } from '@keyledger/event-sourcing';
import { recordReadability } from '../commands/record-readability.ts';
import { type SecretSealer, SecretUnreadable } from '../ports/secret-sealer.port.ts';
import { walkSecrets } from './walk-secrets.ts';

export interface VerifySecretsDeps {
  readonly eventStore: EventStore;
  readonly sealer: Pick<SecretSealer, 'open'>;
  readonly clock: Clock;
}

export interface VerifiedVersion {
  readonly secretId: string;
  readonly version: number;
  readonly isReadable: boolean;
}

/**
 * Opens every version that is kept, and throws it away at once. What does not open is marked as in need of re-entry, and what
 * opens again is so no longer; nothing else is written. Throws `sealed` when a master key is missing.
 */
export async function* verifySecrets({ eventStore, sealer, clock }: VerifySecretsDeps): AsyncIterable<VerifiedVersion> {
  const record = recordReadability({ eventStore, clock });
  for await (const { envelope, context, isUnreadable } of walkSecrets(eventStore)) {
    const { secretId, version } = context;
    const verified = { secretId, version, isReadable: await opens(sealer, envelope, context) };
    if (verified.isReadable === isUnreadable) await record(verified, 'verify');
    yield verified;
  }
}

const opens = async (
  sealer: Pick<SecretSealer, 'open'>,
  ...what: Parameters<SecretSealer['open']>
): Promise<boolean> => {
  try {
    (await sealer.open(...what)).dispose();
    return true;
  } catch (error) {
    if (error instanceof SecretUnreadable) return false;
    throw error;
  }
};
