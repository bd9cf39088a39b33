import type { WrapContext } from './master-key.port.ts';

/** A data key as it is stored: readable only with its master key. */
export interface WrappedKey extends WrapContext {
  /** The master key that wraps it now. */
  readonly masterKeyId: string;
  readonly wrapped: Uint8Array;
}

/**
 * The wrapped data keys: the one thing beside the event store that must be backed up, and the only mutable one. Deleting
 * a row shreds what it encrypted. All methods throw `unavailable` when the store cannot be reached.
 */
export interface KeyRing {
  /**
   * Stores a new key; durable when the promise resolves. Throws an `Error` when the id is taken, and `sealed` when its
   * master key is retired.
   */
  add(key: WrappedKey): Promise<void>;

  /** The same for several new keys of one master key: all are stored or none. */
  addMany(keys: readonly WrappedKey[]): Promise<void>;

  /** `undefined` for an id that was never stored, or whose row was deleted. */
  find(keyId: string): Promise<WrappedKey | undefined>;

  /** Those of several that are there, by id, in one reading. */
  findMany(keyIds: readonly string[]): Promise<ReadonlyMap<string, WrappedKey>>;

  /**
   * Stores the key unless the id is taken, and returns what is stored: of several callers one wins, and all agree. Throws
   * `sealed` when it is not, and its master key is retired.
   */
  findOrAdd(key: WrappedKey): Promise<WrappedKey>;

  /** Deletes data keys of secrets for good, as far as they are there. Safe to repeat. */
  shred(keyIds: readonly string[]): Promise<void>;

  /** True while no key was ever stored. */
  isEmpty(): Promise<boolean>;
}

/** The same deletion, for a projection: it happens with the checkpoint or not at all. */
export interface KeyShredder<Tx> {
  /** Deletes data keys of secrets for good, as far as they are there, in the transaction `tx`. Safe to repeat. */
  shred(keyIds: readonly string[], tx: Tx): Promise<void>;
}
