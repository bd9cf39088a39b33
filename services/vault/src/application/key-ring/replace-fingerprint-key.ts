import type { KeyRing, WrappedKey } from '../ports/key-ring.port.ts';
import type { MasterKey } from '../ports/master-key.port.ts';
import type { OpenMasterKeys } from '../ports/master-keys.port.ts';
import type { WrappedKeys } from '../ports/wrapped-keys.port.ts';
import { openedKey } from './opened-key.ts';

export interface ReplaceFingerprintKeyDeps {
  readonly keyRing: Pick<KeyRing, 'find' | 'findOrAdd'>;
  readonly wrappedKeys: Pick<WrappedKeys, 'rewrap'>;
  readonly masterKeys: OpenMasterKeys;
  /** Makes a new one, with the id that all fingerprint keys have. */
  readonly make: (masterKey: MasterKey) => Promise<WrappedKey>;
}

/**
 * Makes another fingerprint key where the present one is lost for good. What is sealed from then on equals nothing from before
 * by its fingerprint. Answers false, and changes nothing, when the present one opens. Throws `sealed` while the vault is.
 */
export const replaceLostFingerprintKey = async (deps: ReplaceFingerprintKeyDeps): Promise<boolean> => {
  const { keyRing, wrappedKeys, masterKeys, make } = deps;
  const made = await make(masterKeys.active());
  const stored = await keyRing.find(made.keyId);
  if (stored !== undefined && (await openedKey(masterKeys, stored)) !== undefined) return false;
  if (stored === undefined) await keyRing.findOrAdd(made);
  else await wrappedKeys.rewrap(made.masterKeyId, [{ previous: stored, wrapped: made.wrapped }]);
  return true;
};
