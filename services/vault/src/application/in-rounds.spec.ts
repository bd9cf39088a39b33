import { describe, expect, it } from '@jest/globals';
import { inRounds } from './in-rounds.ts';

const FOR_EVER_MS = 2 ** 31 - 1;

describe('work in rounds', () => {
  it('is repeated until the signal aborts', async () => {
    const stop = new AbortController();
    let rounds = 0;
    await inRounds(
      async () => {
        rounds += 1;
        if (rounds === 3) stop.abort();
      },
      0,
      stop.signal,
    );
    expect(rounds).toBe(3);
  });

  it('does not begin when the signal has aborted', async () => {
    let rounds = 0;
    await inRounds(async () => void (rounds += 1), 0, AbortSignal.abort());
    expect(rounds).toBe(0);
  });

  it('finishes the round that is under way', async () => {
    const stop = new AbortController();
    const rest = Promise.withResolvers<void>();
    let isFinished = false;
    const running = inRounds(
      async () => {
        await rest.promise;
        isFinished = true;
      },
      FOR_EVER_MS,
      stop.signal,
    );
    stop.abort();
    rest.resolve();
    await running;
    expect(isFinished).toBe(true);
  });

  it('does not wait for the end of a pause', async () => {
    const stop = new AbortController();
    const running = inRounds(async () => void setImmediate(() => stop.abort()), FOR_EVER_MS, stop.signal);
    await expect(running).resolves.toBeUndefined();
  });

  it('ends with the round that fails', async () => {
    const failing = inRounds(() => Promise.reject(new Error('no')), 0, new AbortController().signal);
    await expect(failing).rejects.toThrow('no');
  });
});
