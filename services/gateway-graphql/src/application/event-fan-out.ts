import type { EventFeed } from './ports/event-feed.port.ts';

export interface EventFanOut extends EventFeed {
  /** An event concerns these topics. */
  publish(topics: Iterable<string>): void;
  /** How many listen for the topic at the moment. */
  listenerCount(topic: string): number;
}

/** One subscription at the server, any number of listeners in this process. */
export const eventFanOut = (): EventFanOut => {
  const listeners = new Map<string, Set<() => void>>();
  return {
    listen: (topic, onEvent) => {
      const own = (): void => onEvent(); // the same function may listen twice
      const set = listeners.get(topic) ?? new Set();
      listeners.set(topic, set.add(own));
      return () => {
        set.delete(own);
        if (set.size === 0 && listeners.get(topic) === set) listeners.delete(topic);
      };
    },
    listenerCount: (topic) => listeners.get(topic)?.size ?? 0,
    publish: (topics) => {
      for (const topic of new Set(topics)) for (const listener of listeners.get(topic) ?? []) listener();
    },
  };
};
