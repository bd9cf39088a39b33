import type { EventStore } from '@keyledger/event-sourcing';
import { type SecretSealer, SecretUnreadable } from '../ports/secret-sealer.port.ts';
import { walkSecrets } from './walk-secrets.ts';

export interface VerifySecretsDeps {
  readonly eventStore: EventStore;
  readonly sealer: Pick<SecretSealer, 'open'>;
}

export interface VerifiedVersion {
  readonly secretId: string;
  readonly version: number;
  readonly isReadable: boolean;
}

/** Opens every version that is kept, and throws it away at once. Throws `sealed` when a master key is missing. */
export async function* verifySecrets({ eventStore, sealer }: VerifySecretsDeps): AsyncIterable<VerifiedVersion> {
  for await (const { envelope, context } of walkSecrets(eventStore)) {
    const { secretId, version } = context;
    yield { secretId, version, isReadable: await opens(sealer, envelope, context) };
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
