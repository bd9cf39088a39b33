import { isTransient } from '@keyledger/errors';
import type { EventFeed } from './ports/event-feed.port.ts';
import { type WakeUpTimes, wakeUps } from './wake-ups.ts';

export interface Snapshot<Source> {
  readonly source: Source;
  /** Equal for equal states. */
  readonly fingerprint: string;
}

export interface WatchOptions<Source> {
  /** What news to listen to. */
  readonly topic: string;
  readonly feed: EventFeed;
  readonly times: WakeUpTimes;
  /** The process begins to stop: the watch ends, and the client subscribes anew at another replica. */
  readonly stopping: AbortSignal;
  /** Reads the state anew with the watcher's right; `undefined` when there is nothing (more) to see for it. */
  load(): Promise<Snapshot<Source> | undefined>;
}

/**
 * The state of something now, then after each change, until the consumer stops or may see it no longer. Listens before it
 * looks, so that no change falls between. A transient fault later on is bridged by the next look.
 */
export const watchState = <Source>(options: WatchOptions<Source>): AsyncGenerator<Source, void, void> => {
  const alarm = wakeUps(options.times);
  const stopListening = options.feed.listen(options.topic, alarm.signal);
  let isStopped = options.stopping.aborted;
  const stop = (): void => {
    isStopped = true;
    options.stopping.removeEventListener('abort', stop);
    stopListening();
    alarm.close();
  };

  options.stopping.addEventListener('abort', stop, { once: true });

  const look = async (isFirst: boolean): Promise<Snapshot<Source> | undefined | 'later'> => {
    try {
      return await options.load();
    } catch (error) {
      if (isFirst || !isTransient(error)) throw error;
      return 'later';
    }
  };

  async function* states(): AsyncGenerator<Source, void, void> {
    let seen: string | undefined;
    try {
      while (!isStopped) {
        const snapshot = await look(seen === undefined);
        if (snapshot === undefined) return;
        if (snapshot !== 'later' && snapshot.fingerprint !== seen) {
          seen = snapshot.fingerprint;
          yield snapshot.source;
        }
        await alarm.next();
      }
    } finally {
      stop();
    }
  }

  // A generator that waits does not see `return()` before the wait is over, so the wait is ended first.
  const generator = states();
  const end = generator.return.bind(generator);
  generator.return = (value) => {
    stop();
    return end(value);
  };
  return generator;
};
