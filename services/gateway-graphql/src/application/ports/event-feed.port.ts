/**
 * News of the other services, for subscriptions. At most once: an event may be missed while the connection is down, so
 * a listener looks for itself from time to time.
 */
export interface EventFeed {
  /**
   * Calls `onEvent` for every event from now on that concerns the topic, until the returned function is called. A topic is
   * the id of a key request or of a lease, or a category of streams, for example `masterKey`.
   */
  listen(topic: string, onEvent: () => void): () => void;
}
