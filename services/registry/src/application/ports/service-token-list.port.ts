import type { ServiceTokenView } from '@keyledger/contracts-registry';

/** The writing side of the read model; `Tx` is the transaction of the projection. */
export interface ServiceTokenRows<Tx> {
  /** What `put` stored last; `undefined` when there is none. */
  find(serviceTokenId: string, tx: Tx): Promise<ServiceTokenView | undefined>;
  /** Adds a token or replaces what was known of it. */
  put(token: ServiceTokenView, tx: Tx): Promise<void>;
  /** Removes all. */
  clear(tx: Tx): Promise<void>;
}

/** The reading side. */
export interface ServiceTokenList {
  /** At most `first` tokens by id downwards, the newest first, behind `after`. Throws `unavailable`. */
  page(first: number, after: string | undefined): Promise<readonly ServiceTokenView[]>;
}

export const SERVICE_TOKEN_LIST: unique symbol = Symbol('ServiceTokenList');
