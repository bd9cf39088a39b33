import { AppError } from '@keyledger/errors';
import { type InMemoryCheckpoints, InMemoryCheckpointStore } from '@keyledger/event-sourcing/testing';
import { describe, expect, it } from '@jest/globals';
import { catalogueRunner } from './catalogue.runner.ts';

const intervalMs = 300_000;

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });

/** Runs with these outcomes of the sync, then stops; answers with the pauses that it made. */
const pausesAfter = async (...outcomes: readonly boolean[]): Promise<readonly number[]> => {
  const stop = new AbortController();
  const pauses: number[] = [];
  let runs = 0;
  await catalogueRunner({
    checkpoints: new InMemoryCheckpointStore(),
    sync: () => Promise.resolve(outcomes[runs++] ?? true),
    intervalMs,
    pause: (ms) => {
      pauses.push(ms);
      if (pauses.length === outcomes.length) stop.abort();
      return Promise.resolve();
    },
  }).run(stop.signal);
  return pauses;
};

describe('keeping the catalogue', () => {
  it('waits for the interval after a complete run', async () => {
    expect(await pausesAfter(true, true)).toEqual([intervalMs, intervalMs]);
  });

  it('comes back sooner, and ever later, while the issuer cannot be asked', async () => {
    expect(await pausesAfter(false, false, false, true, false)).toEqual([500, 1000, 2000, intervalMs, 500]);
    expect(await pausesAfter(...Array.from({ length: 10 }, () => false))).toContain(30_000);
  });

  it('ends with a fault of the event store', async () => {
    const runner = catalogueRunner({
      checkpoints: new InMemoryCheckpointStore(),
      sync: () => Promise.reject(new AppError('unavailable', 'The event store does not answer')),
      intervalMs,
      pause: () => Promise.resolve(),
    });
    await expect(runner.run(new AbortController().signal)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is the work of one replica, and of the next one when that stops', async () => {
    const checkpoints: InMemoryCheckpoints = new Map();
    const working: string[] = [];
    const changed: (() => void)[] = [];
    const replica = (name: string) => {
      const stop = new AbortController();
      const ended = catalogueRunner({
        checkpoints: new InMemoryCheckpointStore(checkpoints),
        sync: () => {
          working.push(name);
          for (const wake of changed.splice(0)) wake();
          return Promise.resolve(true);
        },
        intervalMs,
        pause: (_ms, signal) => aborted(signal),
      }).run(stop.signal);
      return { stop: () => (stop.abort(), ended) };
    };
    const next = () => new Promise<void>((resolve) => changed.push(resolve));

    const firstWorks = next();
    const first = replica('first');
    await firstWorks;
    const second = replica('second');
    expect(working).toEqual(['first']);
    const secondWorks = next();
    await first.stop();
    await secondWorks;
    expect(working).toEqual(['first', 'second']);
    await second.stop();
  });
});
