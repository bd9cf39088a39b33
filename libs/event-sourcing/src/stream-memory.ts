import type { LoadedStream } from './command-handler.ts';

/**
 * States of streams as this process last saw them. What is remembered may be out of date: it is good for deciding on an
 * append, which proves that it was not by the revision it expects, and for nothing else.
 */
export interface StreamMemory<State> {
  recall(id: string): LoadedStream<State> | undefined;
  keep(id: string, seen: LoadedStream<State>): void;
}

/** Keeps the streams that were used last, of `maxEvents` together; the very last one however long it is. */
export const streamMemory = <State>(maxEvents: number): StreamMemory<State> => {
  const streams = new Map<string, LoadedStream<State>>();
  let events = 0;

  const forget = (id: string): void => {
    events -= lengthOf(streams.get(id));
    streams.delete(id);
  };

  return {
    recall: (id) => streams.get(id),
    keep: (id, seen) => {
      forget(id);
      streams.set(id, seen);
      events += lengthOf(seen);
      for (const [oldest] of streams) {
        if (events <= maxEvents || oldest === id) return;
        forget(oldest);
      }
    },
  };
};

const lengthOf = (seen: LoadedStream<unknown> | undefined): number => {
  if (seen === undefined) return 0;
  return seen.expected === 'no-stream' ? 1 : Number(seen.expected) + 1;
};
