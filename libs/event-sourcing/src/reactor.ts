/** Which delivery of an event this is. */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number;
}

/**
 * Stateless "when this, do that". Delivery is at least once and, between streams, in no particular order: `react` sends
 * commands whose id derives from the event, and the decider ignores the second. A typed transient error asks for the
 * event again later; any other error ends, after a few retries, in the dead letters.
 */
export interface Reactor<Event, Handled = string> {
  /** Kebab-case `<do>-when-<event>`; names the durable consumer and never changes once released. */
  readonly name: string;
  readonly handles: readonly Handled[];
  react(event: Event, attempt: Attempt): Promise<void>;
}
