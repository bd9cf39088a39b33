import type { Clock, EventStore } from '@keyledger/event-sourcing';
import { recordReadability } from '../commands/record-readability.ts';
import { type SecretSealer, SecretUnreadable } from '../ports/secret-sealer.port.ts';
import { keptSubmissionKeys, walkSecrets } from './walk-secrets.ts';

export interface VerifySecretsDeps {
  readonly eventStore: EventStore;
  readonly sealer: Pick<SecretSealer, 'open'>;
  readonly clock: Clock;
}

/** A version of a secret, or a key under which secrets are handed in. */
export type Verified =
  | Readonly<{ secretId: string; version: number; isReadable: boolean }>
  | Readonly<{ submissionKeyId: string; isReadable: boolean }>;

/**
 * Opens every version that is kept, and each key under which secrets are handed in, and throws it away at once. A secret that
 * does not open is marked as in need of re-entry, and one that opens again is so no longer; nothing else is written. Throws
 * `sealed` when a master key is missing.
 */
export async function* verifySecrets({ eventStore, sealer, clock }: VerifySecretsDeps): AsyncIterable<Verified> {
  const record = recordReadability({ eventStore, clock });
  for await (const { envelope, context, isUnreadable } of walkSecrets(eventStore)) {
    const { secretId, version } = context;
    const verified = { secretId, version, isReadable: await opens(sealer, envelope, context) };
    if (verified.isReadable === isUnreadable) await record(verified, 'verify');
    yield verified;
  }
  for (const { envelope, context } of await keptSubmissionKeys(eventStore))
    yield { submissionKeyId: context.secretId, isReadable: await opens(sealer, envelope, context) };
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
