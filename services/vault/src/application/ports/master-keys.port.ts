import type { MasterKey } from './master-key.port.ts';

/** The master keys that are open in this process. Both methods throw `sealed` while there are none. */
export interface OpenMasterKeys {
  /** Wraps new data keys. */
  active(): MasterKey;
  /** Unwraps older ones; `undefined` when that key is not open here. */
  find(masterKeyId: string): MasterKey | undefined;
}
