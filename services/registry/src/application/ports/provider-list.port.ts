import type { ProviderDescription } from '../../domain/provider/provider.messages.ts';

/** The writing side of the read model; `Tx` is the transaction of the projection. */
export interface ProviderRows<Tx> {
  /** Adds a provider or replaces what was known of it. */
  put(provider: ProviderDescription, tx: Tx): Promise<void>;
  /** Removes all. */
  clear(tx: Tx): Promise<void>;
}

/** The reading side. */
export interface ProviderList {
  /** All, by id in the order of code units. Throws `unavailable` when the list cannot be reached. */
  all(): Promise<readonly ProviderDescription[]>;
}

export const PROVIDER_LIST: unique symbol = Symbol('ProviderList');
