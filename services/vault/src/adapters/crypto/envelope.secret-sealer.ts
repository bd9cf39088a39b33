import { AppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import { fingerprintOf, maskOf, SecretAccess, SecretBytes } from '@keyledger/secrets';
import type { KeyObject } from 'node:crypto';
import type { KeyRing, WrappedKey } from '../../application/ports/key-ring.port.ts';
import type { MasterKey, WrapContext } from '../../application/ports/master-key.port.ts';
import type { OpenMasterKeys } from '../../application/ports/master-keys.port.ts';
import {
  type ContextualSecret,
  type SecretContext,
  type SecretSealer,
  SecretUnreadable,
} from '../../application/ports/secret-sealer.port.ts';
import type { Envelope } from '../../domain/secret/secret.messages.ts';
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
  const unwrap = async (context: WrapContext, read?: WrappedKey, outdated?: string): Promise<KeyObject> => {
    const row = read ?? (await keyRing.find(context.keyId));
    if (row === undefined || row.masterKeyId === outdated) throw new SecretUnreadable();
    const masterKey = await masterKeys.find(row.masterKeyId);
    return masterKey === undefined
      ? unwrap(context, undefined, row.masterKeyId)
      : masterKey.unwrap(row.wrapped, context);
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

  const sealedUnder = async (masterKey: MasterKey, { secret, context }: ContextualSecret) => {
    const dataKey = newDataKey();
    const data: WrapContext = { keyId: newId(), purpose: 'secret' };
    const binding = { algorithm: A256GCM, masterKeyId: masterKey.id, dataKeyId: data.keyId } as const;
    const sealed = encryptSecret(dataKey, secret, secretAssociatedData({ ...binding, ...context }));
    const fingerprint = fingerprintOf(secret, await sharedFingerprintKey());
    const row = { ...data, masterKeyId: masterKey.id, wrapped: await masterKey.wrap(dataKey, data) };
    return { row, result: { envelope: { ...binding, sealed }, mask: maskOf(secret), fingerprint } };
  };

  const openWith = (dataKey: KeyObject, envelope: Envelope, context: SecretContext): SecretBytes => {
    const sealed = canonicalBase64(envelope.sealed);
    if (sealed === undefined) throw new SecretUnreadable();
    const plaintext = decrypt(dataKey, sealed, secretAssociatedData({ ...envelope, ...context }));
    const secret = SecretBytes.copyOf(plaintext);
    plaintext.fill(0);
    return secret;
  };

  const openFrom = async (
    rows: ReadonlyMap<string, WrappedKey>,
    envelope: Envelope,
    context: SecretContext,
  ): Promise<SecretBytes | undefined> => {
    const row = rows.get(envelope.dataKeyId);
    if (row === undefined) return undefined;
    try {
      return openWith(await unwrap({ keyId: row.keyId, purpose: 'secret' }, row), envelope, context);
    } catch (error) {
      if (error instanceof SecretUnreadable) return undefined;
      throw error;
    }
  };

  return {
    assertUnsealed: () => {
      masterKeys.active();
    },

    // The data keys are durable before anybody can hold a ciphertext: one without its key would be a lost secret.
    seal: async (secret, context) => {
      const { row, result } = await sealedUnder(masterKeys.active(), { secret, context });
      await keyRing.add(row);
      return result;
    },

    sealMany: async (secrets) => {
      const masterKey = masterKeys.active();
      const sealed = [];
      for (const each of secrets) sealed.push(await sealedUnder(masterKey, each));
      await keyRing.addMany(sealed.map(({ row }) => row));
      return sealed.map(({ result }) => result);
    },

    open: async (envelope, context: SecretContext) => {
      masterKeys.active();
      const dataKey = await unwrap({ keyId: envelope.dataKeyId, purpose: 'secret' });
      return openWith(dataKey, envelope, context);
    },

    openMany: async (secrets) => {
      masterKeys.active();
      const rows = await keyRing.findMany(secrets.map(({ envelope }) => envelope.dataKeyId));
      const opened: (SecretBytes | undefined)[] = [];
      try {
        for (const { envelope, context } of secrets) opened.push(await openFrom(rows, envelope, context));
        return opened;
      } catch (error) {
        for (const secret of opened) secret?.dispose();
        throw error;
      }
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
