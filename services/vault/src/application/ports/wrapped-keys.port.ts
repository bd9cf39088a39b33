import type { WrappedKey } from './key-ring.port.ts';

export interface WrappedKeysPage {
  /** Key id behind which the page begins; absent: from the first. */
  readonly after?: string | undefined;
  readonly limit: number;
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
   * Puts `next` in the place of `previous`, in one step, and durable when the promise resolves. `false`, and nothing is
   * changed, when the stored key is not `previous` any more, or the master key of `next` is retired.
   */
  rewrap(previous: WrappedKey, next: WrappedKey): Promise<boolean>;
}
