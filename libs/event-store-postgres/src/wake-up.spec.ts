import { describe, expect, it } from '@jest/globals';
import { Hints } from './wake-up.ts';

const never = new AbortController().signal;

describe('the hints for a subscription', () => {
  it('tell of writing to one of its categories', () => {
    const hints = new Hints(['lease', 'secret']);
    hints.hint(['masterKey', 'secret']);
    expect(hints.count).toBe(1);
  });

  it('leave out what was written to others only', () => {
    const hints = new Hints(['lease', 'secret']);
    hints.hint(['keyRequest']);
    expect(hints.count).toBe(0);
  });

  it('tell of everything where all categories are followed', () => {
    const hints = new Hints(undefined);
    hints.hint(['keyRequest']);
    expect(hints.count).toBe(1);
  });

  it('tell everybody when it is not known what was written', () => {
    const hints = new Hints(['lease']);
    hints.hint();
    expect(hints.count).toBe(1);
  });

  it('are not lost between reading and waiting', async () => {
    const hints = new Hints(['lease']);
    const before = hints.count;
    hints.hint(['lease']);
    await hints.after(before, 2 ** 30, never);
    expect(hints.count).toBe(before + 1);
  });

  it('end a wait', async () => {
    const hints = new Hints(['lease']);
    const waiting = hints.after(hints.count, 2 ** 30, never);
    hints.hint(['lease']);
    await expect(waiting).resolves.toBeUndefined();
  });
});
