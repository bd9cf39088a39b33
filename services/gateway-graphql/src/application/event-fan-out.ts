import type { EventFeed } from './ports/event-feed.port.ts';

export interface EventFanOut extends EventFeed {
  /** An event concerns these key requests. */
  publish(requestIds: Iterable<string>): void;
  /** How many listen for the key request at the moment. */
  listenerCount(requestId: string): number;
}

/** One subscription at the server, any number of listeners in this process. */
export const eventFanOut = (): EventFanOut => {
  const listeners = new Map<string, Set<() => void>>();
  return {
    listen: (requestId, onEvent) => {
      const own = (): void => onEvent(); // the same function may listen twice
      const set = listeners.get(requestId) ?? new Set();
      listeners.set(requestId, set.add(own));
      return () => {
        set.delete(own);
        if (set.size === 0 && listeners.get(requestId) === set) listeners.delete(requestId);
      };
    },
    listenerCount: (requestId) => listeners.get(requestId)?.size ?? 0,
    publish: (requestIds) => {
      for (const requestId of new Set(requestIds)) for (const listener of listeners.get(requestId) ?? []) listener();
    },
  };
};
