/**
 * News of the other services, for subscriptions. At most once: an event may be missed while the connection is down, so
 * a listener looks for itself from time to time.
 */
export interface EventFeed {
  /** Calls `onEvent` for every event from now on that concerns the key request, until the returned function is called. */
  listen(requestId: string, onEvent: () => void): () => void;
}
