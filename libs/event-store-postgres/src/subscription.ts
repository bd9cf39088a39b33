import { isTransient } from '@keyledger/errors';
import type { SubscribeOptions, SubscriptionBatch } from '@keyledger/event-sourcing';
import { hasUnsettled, type LogCursor, type LogPage } from './log-cursor.ts';
import { type Place, toPosition } from './position.ts';
import { type Hints, pause } from './wake-up.ts';

const DEFAULT_BATCH = 500;

/** How long a subscription sleeps when no hint comes. */
const POLL_MS = 1000;

/** A checkpoint that moved over left-out events only is worth a batch of its own at most this often. */
const BARE_CHECKPOINT_MS = 5000;

const UNSETTLED_MIN_MS = 1;
const UNSETTLED_MAX_MS = 100;

const RETRY_MIN_MS = 50;
const RETRY_MAX_MS = 2000;

/** Doubles from `min` to `max` until it is reset. */
const backOff = (min: number, max: number) => {
  let ms = min;
  return {
    reset: () => void (ms = min),
    next: () => {
      const now = ms;
      ms = Math.min(max, ms * 2);
      return now;
    },
  };
};

/**
 * Catch-up and live are one loop: read a page, deliver it, and when the settled log has ended, wait for a hint or for the
 * poll. While committed events are held back by an older transaction, it looks again after a moment, because the end of
 * that transaction gives no hint. An unreachable server is asked again from the same place.
 */
export async function* subscription(
  cursor: LogCursor,
  start: Place,
  hints: Hints,
  { maxBatchSize = DEFAULT_BATCH, gatherMs = 0 }: SubscribeOptions,
  stop: AbortSignal,
): AsyncGenerator<SubscriptionBatch, void, undefined> {
  const unsettled = backOff(UNSETTLED_MIN_MS, UNSETTLED_MAX_MS);
  const retry = backOff(RETRY_MIN_MS, RETRY_MAX_MS);
  let delivered = start;
  let deliveredAt = 0;
  let hasAnnounced = false;
  while (!stop.aborted) {
    const hinted = hints.count;
    const page = await pageUnlessStopped(cursor.next(maxBatchSize), stop);
    if (page === 'stopped') return;
    if (page === 'unavailable') {
      await pause(retry.next(), stop);
      continue;
    }
    retry.reset();
    const isHeldBack = page.isEnd && hasUnsettled(page);
    const isCaughtUp = page.isEnd && !isHeldBack;
    const hasMoved = page.end !== delivered && performance.now() - deliveredAt >= BARE_CHECKPOINT_MS;
    if (page.events.length > 0 || hasMoved || (isCaughtUp && !hasAnnounced)) {
      delivered = page.end;
      hasAnnounced = isCaughtUp;
      yield batchOf(page, isCaughtUp);
      deliveredAt = performance.now();
    }
    if (page.isEnd) await hints.after(hinted, isHeldBack ? unsettled.next() : POLL_MS, stop);
    if (page.isEnd && gatherMs > 0) await pause(gatherMs, stop);
    if (!isHeldBack) unsettled.reset();
  }
}

/** The batch whose checkpoint is the place reached; the beginning of the log is no position. */
const batchOf = ({ events, end }: LogPage, isCaughtUp: boolean): SubscriptionBatch => ({
  events,
  ...(end.tx === '0' ? {} : { checkpoint: toPosition(end) }),
  isCaughtUp,
});

const pageUnlessStopped = async (
  page: Promise<LogPage>,
  stop: AbortSignal,
): Promise<LogPage | 'stopped' | 'unavailable'> => {
  const stopped = Promise.withResolvers<'stopped'>();
  const onAbort = (): void => stopped.resolve('stopped');
  stop.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([page, stopped.promise]);
  } catch (error) {
    if (isTransient(error)) return 'unavailable';
    throw error;
  } finally {
    stop.removeEventListener('abort', onAbort);
  }
};
