import { describe, expect, it } from '@jest/globals';
import { growingRests } from './growing-rests.ts';

const restsOf = () => {
  let now = 0;
  const rests = growingRests({ clock: () => new Date(now), firstMs: 10, mostMs: 35 });
  /** How long it rests from now on. */
  const failing = (name: string): number => {
    rests.failed(name);
    const failedAt = now;
    while (rests.isResting(name)) now += 1;
    return now - failedAt;
  };
  return { ...rests, failing, wait: (ms: number) => (now += ms) };
};

describe('what fails', () => {
  it('rests twice as long each time, up to the most', () => {
    const { failing } = restsOf();
    expect([failing('a'), failing('a'), failing('a'), failing('a')]).toEqual([10, 20, 35, 35]);
  });

  it('rests as after the first time when it has succeeded, or was not heard of for long', () => {
    const { failing, succeeded, wait } = restsOf();
    failing('a');
    succeeded('a');
    expect(failing('a')).toBe(10);
    failing('a');
    wait(36);
    failing('b');
    expect(failing('a')).toBe(10);
  });

  it('leaves others alone', () => {
    const { failed, isResting } = restsOf();
    failed('a');
    expect([isResting('a'), isResting('b')]).toEqual([true, false]);
  });
});
