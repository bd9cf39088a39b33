export interface WakeUpTimes {
  /** Looks again after an event, since a read model may lag behind the event that tells of it. */
  readonly followUpMs: readonly number[];
  /** Looks again when nothing was heard, since events may be missed. */
  readonly refreshMs: number;
}

export interface WakeUps {
  /** An event has come. */
  signal(): void;
  /** Resolves for an event since the last call, or when it is time to look again; at once after `close`. */
  next(): Promise<void>;
  close(): void;
}

/** For one watcher: `next` is awaited by one caller at a time. */
export const wakeUps = ({ followUpMs, refreshMs }: WakeUpTimes): WakeUps => {
  let isSignalled = false;
  let isClosed = false;
  let followUps: readonly number[] = [];
  let wake: (() => void) | undefined;
  return {
    signal: () => {
      isSignalled = true;
      wake?.();
    },
    next: async () => {
      if (!isSignalled && !isClosed) {
        const [wait = refreshMs, ...later] = followUps;
        followUps = later;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, wait);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = undefined;
      }
      if (isSignalled) followUps = followUpMs;
      isSignalled = false;
    },
    close: () => {
      isClosed = true;
      wake?.();
    },
  };
};
