import type { StreamName } from '@keyledger/event-sourcing';

/** Tells others once more what is recorded. Every implementation passes `announcerContract`. */
export interface Announcer {
  /**
   * Publishes the public ones among a stream's events of these types again, in their order and with their ids: whoever
   * knows them ignores them, and whoever missed them goes on. Private events stay private; of a stream that does not exist
   * there is nothing to tell. Repeating with the same `cause`, an id, publishes nothing more for some minutes. Throws
   * `unavailable` when others cannot be reached; a part may then be told.
   */
  announceAgain(stream: StreamName, types: readonly string[], cause: string): Promise<void>;
}

export const ANNOUNCER: unique symbol = Symbol('Announcer');
