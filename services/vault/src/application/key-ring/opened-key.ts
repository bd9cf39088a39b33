import type { KeyObject } from 'node:crypto';
import type { WrappedKey } from '../ports/key-ring.port.ts';
import type { OpenMasterKeys } from '../ports/master-keys.port.ts';
import { SecretUnreadable } from '../ports/secret-sealer.port.ts';

/** `undefined` when no master key that there is opens it. Throws `sealed` while the vault is. */
export const openedKey = async (masterKeys: OpenMasterKeys, key: WrappedKey): Promise<KeyObject | undefined> => {
  try {
    return await (await masterKeys.find(key.masterKeyId))?.unwrap(key.wrapped, key);
  } catch (error) {
    if (error instanceof SecretUnreadable) return undefined;
    throw error;
  }
};
