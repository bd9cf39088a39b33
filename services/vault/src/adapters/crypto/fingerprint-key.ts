import { deriveId } from '@keyledger/event-sourcing';
import type { WrappedKey } from '../../application/ports/key-ring.port.ts';
import type { MasterKey, WrapContext } from '../../application/ports/master-key.port.ts';
import { newDataKey } from './data-key.ts';

/** The key of all fingerprints lies in the key ring as well, so that they stay comparable when the master key changes. */
export const FINGERPRINT_KEY: WrapContext = { keyId: deriveId('fingerprint-key'), purpose: 'fingerprint' };

export const newFingerprintKey = async (masterKey: MasterKey): Promise<WrappedKey> => ({
  ...FINGERPRINT_KEY,
  masterKeyId: masterKey.id,
  wrapped: await masterKey.wrap(newDataKey(), FINGERPRINT_KEY),
});
