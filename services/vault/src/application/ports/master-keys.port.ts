import type { MasterKey } from './master-key.port.ts';

/** The master keys that are open in this process. Both methods throw `sealed` while the vault is. */
export interface OpenMasterKeys {
  /** Wraps new data keys. */
  active(): MasterKey;
  /**
   * Unwraps older ones. A key that another replica made in the meantime is opened first; throws `sealed` when that does
   * not succeed, and `unavailable` when it cannot be asked for. `undefined`: no such key, or it is destroyed.
   */
  find(masterKeyId: string): Promise<MasterKey | undefined>;
}
