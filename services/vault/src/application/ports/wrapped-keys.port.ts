import type { WrappedKey } from './key-ring.port.ts';

export interface WrappedKeysPage {
  /** Key id behind which the page begins; absent: from the first. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface Rewrapping {
  readonly previous: WrappedKey;
  /** The same key, as the other master key wraps it. */
  readonly wrapped: Uint8Array;
}

/** The key ring, as somebody sees it who wraps its keys anew. All methods throw `unavailable` when it is away. */
export interface WrappedKeys {
  /** How many data keys each master key wraps. A master key that wraps none is absent. */
  census(): Promise<ReadonlyMap<string, number>>;

  /** Data keys that a master key wraps, in the order of their ids. Keys that are added meanwhile may be missing. */
  wrappedBy(masterKeyId: string, page: WrappedKeysPage): Promise<readonly WrappedKey[]>;

  /** All data keys in the order of their ids, however they are wrapped at the moment they are read. */
  all(page: WrappedKeysPage): Promise<readonly WrappedKey[]>;

  /**
   * Puts each key under another master key, in the place of `previous`: all of them in one step, durable when the promise
   * resolves. Answers the ids of those that were changed. A key that is not stored as `previous` any more is left as it is,
   * and so is each when the master key is retired.
   */
  rewrap(masterKeyId: string, changes: readonly Rewrapping[]): Promise<ReadonlySet<string>>;
}
