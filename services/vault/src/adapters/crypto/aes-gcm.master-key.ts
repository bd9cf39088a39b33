import { createSecretKey, type KeyObject } from 'node:crypto';
import type { MasterKey, WrapContext } from '../../application/ports/master-key.port.ts';
import { SecretUnreadable } from '../../application/ports/secret-sealer.port.ts';
import { A256GCM, decrypt, encrypt } from './aes-gcm.ts';
import { wrapAssociatedData } from './associated-data.ts';

const KEY_LENGTH = 32;

/** A master key whose bytes lie in this process, for example because they were derived from a passphrase. */
export const localMasterKey = (id: string, wrappingKey: KeyObject): MasterKey => {
  /** Nothing else that the caller's object may hold, such as another master key's id, gets into the binding. */
  const bindingOf = ({ keyId, purpose }: WrapContext): Buffer =>
    wrapAssociatedData({ algorithm: A256GCM, masterKeyId: id, keyId, purpose });
  return {
    id,
    wrap: async (key, context) => {
      const bytes = key.export();
      try {
        return encrypt(wrappingKey, bytes, bindingOf(context));
      } finally {
        bytes.fill(0);
      }
    },
    unwrap: async (wrapped, context) => {
      const bytes = decrypt(wrappingKey, wrapped, bindingOf(context));
      try {
        if (bytes.length !== KEY_LENGTH) throw new SecretUnreadable();
        return createSecretKey(bytes);
      } finally {
        bytes.fill(0);
      }
    },
  };
};
