import type { KeyObject } from 'node:crypto';
import type { KnownMasterKey, MasterKeyParameters } from '../../domain/master-key/master-key.parameters.ts';

/** What a wrapped key belongs to. A wrapped key opens only where it was wrapped for. */
export interface WrapContext {
  readonly keyId: string;
  readonly purpose: 'secret' | 'fingerprint';
}

/** An opened master key. Its own bytes never leave it. */
export interface MasterKey {
  readonly id: string;

  /** Encrypts a 256-bit key. Each call gives other bytes. Safe for 2^32 calls in the life of a key (random nonces). */
  wrap(key: KeyObject, context: WrapContext): Promise<Uint8Array>;

  /**
   * Decrypts what `wrap` gave for the same context. Throws `SecretUnreadable` for anything else: another context, another
   * master key, changed or truncated bytes.
   */
  unwrap(wrapped: Uint8Array, context: WrapContext): Promise<KeyObject>;
}

/**
 * Where master keys come from. Both methods throw `sealed` with a sentence for the operator when the source has no key,
 * cannot be reached, or has another key than the one asked for; nothing is written then, and asking again is safe.
 * Neither blocks the event loop.
 */
export interface MasterKeySource {
  /** Tells the sources apart in `MasterKeyParameters`. */
  readonly name: MasterKeyParameters['source'];

  /** Makes a new master key. Nothing is stored: `open` needs the parameters that this returns. */
  create(masterKeyId: string): Promise<{ readonly parameters: MasterKeyParameters; readonly masterKey: MasterKey }>;

  /** Opens a key that `create` made, in this process or another. */
  open(known: KnownMasterKey): Promise<MasterKey>;
}
