import { describe, expect, it } from '@jest/globals';
import { runScheduler } from './due-work.scheduler.ts';

/** Time moves only while the scheduler sleeps. */
const scheduled = async (
  items: readonly number[],
  { untilMs, steps = 50 }: { untilMs: number; steps?: number },
): Promise<{ performedAt: number[]; pauses: number[] }> => {
  let now = 0;
  const waiting = [...items].sort((left, right) => left - right);
  const [performedAt, pauses]: [number[], number[]] = [[], []];
  const stopped = new AbortController();
  await runScheduler(
    {
      clock: () => new Date(now),
      dueWork: { nextDueAt: () => Promise.resolve(waiting[0] === undefined ? undefined : new Date(waiting[0])) },
      perform: () => {
        const due = waiting.filter((at) => at <= now);
        waiting.splice(0, due.length);
        if (due.length > 0) performedAt.push(now);
        return Promise.resolve(due.length);
      },
      pause: (ms) => {
        pauses.push(ms);
        now += ms;
        if (now >= untilMs || pauses.length >= steps) stopped.abort();
        return Promise.resolve();
      },
    },
    stopped.signal,
  );
  return { performedAt, pauses };
};

describe('the scheduler', () => {
  it('does what is due at once, and what comes next exactly when it is due', async () => {
    const { performedAt } = await scheduled([0, 700, 1_500], { untilMs: 4_000 });
    expect(performedAt).toEqual([0, 700, 1_500]);
  });

  it('looks again after two seconds at the latest, for timers that were set since', async () => {
    expect((await scheduled([], { untilMs: 6_000 })).pauses).toEqual([2_000, 2_000, 2_000]);
    expect((await scheduled([60_000], { untilMs: 4_000 })).pauses).toEqual([2_000, 2_000]);
  });

  it('does not spin while another replica holds what is due', async () => {
    let now = 10_000;
    const stopped = new AbortController();
    const pauses: number[] = [];
    await runScheduler(
      {
        clock: () => new Date(now),
        dueWork: { nextDueAt: () => Promise.resolve(new Date(0)) },
        perform: () => Promise.resolve(0),
        pause: (ms) => {
          pauses.push(ms);
          now += ms;
          if (pauses.length === 3) stopped.abort();
          return Promise.resolve();
        },
      },
      stopped.signal,
    );
    expect(pauses).toEqual([100, 100, 100]);
  });

  it('ends without doing anything when it is told to before it began', async () => {
    await runScheduler(
      {
        clock: () => new Date(0),
        dueWork: { nextDueAt: () => Promise.resolve(undefined) },
        perform: () => Promise.reject(new Error('performed')),
        pause: () => Promise.reject(new Error('paused')),
      },
      AbortSignal.abort(),
    );
  });

  it('hands on a fault, to be started again', async () => {
    const fault = new Error('the database is gone');
    await expect(
      runScheduler(
        {
          clock: () => new Date(0),
          dueWork: { nextDueAt: () => Promise.resolve(undefined) },
          perform: () => Promise.reject(fault),
          pause: () => Promise.resolve(),
        },
        new AbortController().signal,
      ),
    ).rejects.toBe(fault);
  });
});
