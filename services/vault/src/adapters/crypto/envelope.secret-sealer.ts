import { AppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import { fingerprintOf, maskOf, SecretAccess, SecretBytes } from '@keyledger/secrets';
import type { KeyObject } from 'node:crypto';
import type { KeyRing } from '../../application/ports/key-ring.port.ts';
import type { WrapContext } from '../../application/ports/master-key.port.ts';
import type { OpenMasterKeys } from '../../application/ports/master-keys.port.ts';
import { type SecretContext, type SecretSealer, SecretUnreadable } from '../../application/ports/secret-sealer.port.ts';
import { A256GCM, decrypt, encrypt } from './aes-gcm.ts';
import { secretAssociatedData } from './associated-data.ts';
import { canonicalBase64 } from './canonical-base64.ts';
import { newDataKey } from './data-key.ts';
import { FINGERPRINT_KEY, newFingerprintKey } from './fingerprint-key.ts';

/** It concerns no single secret, so none is marked: what is there opens, and nothing new can be sealed. */
const FINGERPRINT_KEY_LOST =
  'The fingerprint key is missing from the key ring or damaged, so nothing new can be sealed: restore the key ring from a backup';

export interface EnvelopeDeps {
  readonly keyRing: KeyRing;
  readonly masterKeys: OpenMasterKeys;
  /** Whether nothing was ever sealed. A fingerprint key that is missing later was lost, and is not made once more. */
  readonly isUnused: () => Promise<boolean>;
}

/** Layout and reasons: `docs/design/envelope-encryption.md`. */
export const envelopeSecretSealer = ({ keyRing, masterKeys, isUnused }: EnvelopeDeps): SecretSealer => {
  let fingerprintKey: Promise<KeyObject> | undefined;

  /** A row that was read just before its master key was retired is wrapped by another one since. */
  const unwrap = async (context: WrapContext, outdated?: string): Promise<KeyObject> => {
    const row = await keyRing.find(context.keyId);
    if (row === undefined || row.masterKeyId === outdated) throw new SecretUnreadable();
    const masterKey = await masterKeys.find(row.masterKeyId);
    return masterKey === undefined ? unwrap(context, row.masterKeyId) : masterKey.unwrap(row.wrapped, context);
  };

  const loadFingerprintKey = async (): Promise<KeyObject> => {
    const isMissing = (await keyRing.find(FINGERPRINT_KEY.keyId)) === undefined;
    // There before the first secret is recorded: of several vaults that begin at once one makes it.
    if (isMissing && (await isUnused())) await keyRing.findOrAdd(await newFingerprintKey(masterKeys.active()));
    return unwrap(FINGERPRINT_KEY).catch((error: unknown) => {
      throw error instanceof SecretUnreadable ? new AppError('sealed', FINGERPRINT_KEY_LOST) : error;
    });
  };

  const sharedFingerprintKey = (): Promise<KeyObject> => {
    fingerprintKey ??= loadFingerprintKey().catch((error: unknown) => {
      fingerprintKey = undefined;
      throw error;
    });
    return fingerprintKey;
  };

  return {
    assertUnsealed: () => {
      masterKeys.active();
    },

    seal: async (secret, context) => {
      const masterKey = masterKeys.active();
      const dataKey = newDataKey();
      const data: WrapContext = { keyId: newId(), purpose: 'secret' };
      const binding = { algorithm: A256GCM, masterKeyId: masterKey.id, dataKeyId: data.keyId } as const;
      const sealed = encryptSecret(dataKey, secret, secretAssociatedData({ ...binding, ...context }));
      const fingerprint = fingerprintOf(secret, await sharedFingerprintKey());
      // Durable before anybody can hold the ciphertext: a ciphertext without its key would be a lost secret.
      await keyRing.add({ ...data, masterKeyId: masterKey.id, wrapped: await masterKey.wrap(dataKey, data) });
      return { envelope: { ...binding, sealed }, mask: maskOf(secret), fingerprint };
    },

    open: async (envelope, context: SecretContext) => {
      masterKeys.active();
      const dataKey = await unwrap({ keyId: envelope.dataKeyId, purpose: 'secret' });
      const sealed = canonicalBase64(envelope.sealed);
      if (sealed === undefined) throw new SecretUnreadable();
      const plaintext = decrypt(dataKey, sealed, secretAssociatedData({ ...envelope, ...context }));
      const secret = SecretBytes.copyOf(plaintext);
      plaintext.fill(0);
      return secret;
    },
  };
};

const encryptSecret = (key: KeyObject, secret: SecretBytes, associatedData: Uint8Array): string => {
  const plaintext = secret.reveal(SecretAccess.granted);
  try {
    return encrypt(key, plaintext, associatedData).toString('base64');
  } finally {
    plaintext.fill(0);
  }
};
