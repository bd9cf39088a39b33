import type { KeyServiceParameters } from '../../domain/master-key/master-key.parameters.ts';

/** A root key as the service encrypted it, with the name of the key that it used. Opens only there. */
export type WrappedRootKey = Pick<KeyServiceParameters, 'serviceKey' | 'wrappedRootKey'>;

/**
 * A service outside that encrypts with a key which never leaves it. What it encrypts is bound to a master key, as far as the
 * service can bind. Both methods throw `sealed` with a sentence for the operator when the service cannot be reached, does not
 * answer in time, or refuses; the sentence holds nothing of what was sent. Asking again is safe.
 */
export interface KeyService {
  readonly name: KeyServiceParameters['source'];

  /** Encrypts a root key. Each call gives other bytes. */
  encrypt(rootKey: Uint8Array, masterKeyId: string): Promise<WrappedRootKey>;

  /**
   * Decrypts what `encrypt` gave for the same master key, with the key that it names, also when another one is configured
   * since. The caller overwrites the result.
   */
  decrypt(wrapped: WrappedRootKey, masterKeyId: string): Promise<Uint8Array>;
}
