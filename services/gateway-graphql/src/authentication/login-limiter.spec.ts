import { beforeEach, describe, expect, it } from '@jest/globals';
import { type LoginLimiter, loginLimiter } from './login-limiter.ts';

describe('the limit of failed sign-ins', () => {
  let now: number;
  let limiter: LoginLimiter;
  beforeEach(() => {
    now = 1_000_000;
    const delays = { freeFailures: 2, firstDelayMs: 1_000, maxDelayMs: 4_000, forgetAfterMs: 60_000 };
    limiter = loginLimiter({ clock: () => new Date(now), ...delays, maxAddresses: 2 });
  });

  let guesses = 0;
  const guess = (address: string): void => limiter.failed(address, `guess ${(guesses += 1)}`);
  const fail = (address: string, times: number): void => {
    for (let time = 0; time < times; time += 1) guess(address);
  };
  const waitOf = (address: string): number => {
    try {
      limiter.check(address);
      return 0;
    } catch (error) {
      expect(error).toMatchObject({ code: 'rate-limited' });
      return (error as { retryAfterMs: number }).retryAfterMs;
    }
  };

  it('lets some mistakes pass and then asks for ever longer waits, up to a bound', () => {
    const waits = Array.from({ length: 7 }, () => {
      guess('10.0.0.1');
      const wait = waitOf('10.0.0.1');
      now += wait;
      return wait;
    });
    expect(waits).toEqual([0, 0, 1_000, 2_000, 4_000, 4_000, 4_000]);
  });

  it('lets the address try when the wait is over, and not before', () => {
    fail('10.0.0.1', 3);
    now += 999;
    expect(waitOf('10.0.0.1')).toBe(1);
    now += 1;
    expect(waitOf('10.0.0.1')).toBe(0);
  });

  it('does not touch other addresses', () => {
    fail('10.0.0.1', 50);
    expect(waitOf('10.0.0.2')).toBe(0);
  });

  it('takes the same wrong attempt, repeated, for one mistake', () => {
    for (let time = 0; time < 50; time += 1) limiter.failed('10.0.0.1', 'an old password');
    expect(waitOf('10.0.0.1')).toBe(0);
    fail('10.0.0.1', 2);
    expect(waitOf('10.0.0.1')).toBe(1_000);
  });

  it('forgets after a pause', () => {
    fail('10.0.0.1', 7);
    now += 60_000;
    fail('10.0.0.1', 2);
    expect(waitOf('10.0.0.1')).toBe(0);
  });

  it('counts a network of IPv6 and an IPv4 address in IPv6 clothes as one', () => {
    fail('2001:db8:1:2:aaaa::1', 2);
    fail('2001:db8:1:2::2', 1);
    expect(waitOf('2001:db8:1:2:cccc::3')).toBeGreaterThan(0);
    expect(waitOf('2001:db8:1:3::1')).toBe(0);
    fail('::ffff:10.0.0.1', 3);
    expect(waitOf('10.0.0.1')).toBeGreaterThan(0);
  });

  it('remembers a bounded number of addresses, those that failed last', () => {
    fail('10.0.0.1', 3);
    fail('10.0.0.2', 3);
    fail('10.0.0.1', 1);
    fail('10.0.0.3', 3);
    expect(waitOf('10.0.0.2')).toBe(0);
    expect(waitOf('10.0.0.1')).toBeGreaterThan(0);
    expect(waitOf('10.0.0.3')).toBeGreaterThan(0);
  });
});
