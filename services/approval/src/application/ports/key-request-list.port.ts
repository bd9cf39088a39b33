import type { SubmittedKeyRequest } from '../../domain/key-request/key-request.state.ts';

export interface KeyRequestFilter {
  readonly statuses?: readonly string[];
  /** Canonical address. */
  readonly email?: string;
  readonly modelId?: string;
}

/** Where a page begins: behind the request with this time and id. */
export interface KeyRequestCursor {
  readonly submittedAt: string;
  readonly requestId: string;
}

/** The read model of requests. Every implementation passes `keyRequestListContract`. */
export interface KeyRequestList {
  /**
   * At most `limit` requests, newest first, ties by id downwards. Requests that arrive while somebody pages neither move
   * nor repeat what lies behind the cursor. May lag behind the streams. Throws `unavailable` when it cannot be reached.
   */
  page(filter: KeyRequestFilter, limit: number, after?: KeyRequestCursor): Promise<readonly SubmittedKeyRequest[]>;
}

export const KEY_REQUEST_LIST: unique symbol = Symbol('KeyRequestList');

/** The same, as the projection writes it, in its transaction. */
export interface KeyRequestTable<Tx> {
  /** As this transaction sees it, its own writes included. */
  find(requestId: string, tx: Tx): Promise<SubmittedKeyRequest | undefined>;
  /** Inserts or replaces. */
  put(request: SubmittedKeyRequest, tx: Tx): Promise<void>;
  /** Removes all. Others see the old rows until the transaction is committed. */
  clear(tx: Tx): Promise<void>;
}
