import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { wakeUps } from './wake-ups.ts';

const times = { followUpMs: [100, 300], refreshMs: 10_000 };

describe('wake-ups', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const isAwakeAfter = async (next: Promise<void>, ms: number): Promise<boolean> => {
    let isAwake = false;
    void next.then(() => {
      isAwake = true;
    });
    await jest.advanceTimersByTimeAsync(ms);
    return isAwake;
  };

  it('come at once for an event, before and during the wait', async () => {
    const alarm = wakeUps(times);
    alarm.signal();
    expect(await isAwakeAfter(alarm.next(), 0)).toBe(true);
    const waiting = alarm.next();
    alarm.signal();
    expect(await isAwakeAfter(waiting, 0)).toBe(true);
  });

  it('follow an event at growing distance, then come as a refresh', async () => {
    const alarm = wakeUps(times);
    alarm.signal();
    await alarm.next();
    for (const wait of [100, 300, 10_000]) {
      const next = alarm.next();
      expect(await isAwakeAfter(next, wait - 1)).toBe(false);
      expect(await isAwakeAfter(next, 1)).toBe(true);
    }
  });

  it('join events that come at once, and leave no timer behind', async () => {
    const alarm = wakeUps(times);
    for (let index = 0; index < 5; index += 1) alarm.signal();
    await alarm.next();
    const next = alarm.next();
    expect(await isAwakeAfter(next, 50)).toBe(false);
    alarm.close();
    expect(await isAwakeAfter(next, 0)).toBe(true);
    expect(await isAwakeAfter(alarm.next(), 0)).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });
});
