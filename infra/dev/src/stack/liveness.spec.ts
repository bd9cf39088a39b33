import { describe, expect, it } from '@jest/globals';
import { type Probe, untilHung } from './liveness.ts';

const pace = { everyMs: 20, misses: 3 };

/** Answers as the list says, and ends the watching behind its end. */
const watch = async (...answers: readonly (() => Promise<void>)[]): Promise<string | undefined> => {
  const over = new AbortController();
  const left = [...answers];
  const probe: Probe = () => {
    const next = left.shift();
    if (left.length === 0) setImmediate(() => over.abort());
    return next?.() ?? Promise.resolve();
  };
  return untilHung(probe, pace, over.signal);
};

const answered = () => Promise.resolve();
const refused = () => Promise.reject(new Error('connection refused'));
const silent = () => new Promise<void>(() => undefined);

describe('a part that is watched', () => {
  it('works as long as it answers now and then', async () => {
    await expect(watch(refused, silent, answered, silent, refused, answered, silent)).resolves.toBeUndefined();
  });

  it('hangs when so many questions in a row find no answer', async () => {
    const over = new AbortController();
    await expect(untilHung(silent, pace, over.signal)).resolves.toBe(
      'no answer to 3 questions in a row: nothing came within 0.02 s',
    );
    await expect(untilHung(refused, pace, over.signal)).resolves.toMatch(/connection refused$/);
  });

  it('is not asked any more once the watching is over', async () => {
    let questions = 0;
    const over = new AbortController();
    const probe = () => {
      questions += 1;
      over.abort();
      return refused();
    };
    await expect(untilHung(probe, pace, over.signal)).resolves.toBeUndefined();
    expect(questions).toBe(1);
  });
});
