import { beforeEach, describe, expect, it } from '@jest/globals';
import { type LoginLimiter, loginLimiter } from './login-limiter.ts';

describe('the limit of failed sign-ins', () => {
  let now: number;
  let limiter: LoginLimiter;
  beforeEach(() => {
    now = 1_000_000;
    limiter = loginLimiter({ clock: () => new Date(now), maxFailures: 3, windowMs: 60_000, maxAddresses: 2 });
  });

  const fail = (address: string, times: number): void => {
    for (let time = 0; time < times; time += 1) limiter.failed(address);
  };

  it('lets an address try until its failures are used up, and says for how long', () => {
    fail('10.0.0.1', 2);
    limiter.check('10.0.0.1');
    fail('10.0.0.1', 1);
    now += 20_000;
    expect(() => limiter.check('10.0.0.1')).toThrow(
      expect.objectContaining({ code: 'rate-limited', retryAfterMs: 40_000 }),
    );
    limiter.check('10.0.0.2');
  });

  it('forgets with the end of the window, and with a success', () => {
    fail('10.0.0.1', 3);
    now += 60_000;
    limiter.check('10.0.0.1');
    fail('10.0.0.1', 2);
    limiter.succeeded('10.0.0.1');
    fail('10.0.0.1', 2);
    limiter.check('10.0.0.1');
  });

  it('counts a network of IPv6 and an IPv4 address in IPv6 clothes as one', () => {
    fail('2001:db8:1:2:aaaa::1', 2);
    fail('2001:db8:1:2:bbbb::2', 1);
    expect(() => limiter.check('2001:db8:1:2:cccc::3')).toThrow();
    limiter.check('2001:db8:1:3::1');
    fail('::ffff:10.0.0.1', 3);
    expect(() => limiter.check('10.0.0.1')).toThrow();
  });

  it('remembers a bounded number of addresses, those that failed last', () => {
    fail('10.0.0.1', 3);
    fail('10.0.0.2', 3);
    fail('10.0.0.1', 1);
    fail('10.0.0.3', 3);
    limiter.check('10.0.0.2');
    expect(() => limiter.check('10.0.0.1')).toThrow();
    expect(() => limiter.check('10.0.0.3')).toThrow();
  });
});
