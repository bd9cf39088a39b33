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
   * nor repeat what lies behind the cursor. May lag behind the streams.
   */
  page(filter: KeyRequestFilter, limit: number, after?: KeyRequestCursor): Promise<readonly SubmittedKeyRequest[]>;
}

export const KEY_REQUEST_LIST: unique symbol = Symbol('KeyRequestList');

/** The same, as the projection writes it. */
export interface KeyRequestTable<Tx> {
  find(requestId: string, tx: Tx): Promise<SubmittedKeyRequest | undefined>;
  put(request: SubmittedKeyRequest, tx: Tx): Promise<void>;
  clear(tx: Tx): Promise<void>;
}
