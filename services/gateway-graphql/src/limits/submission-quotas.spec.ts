import { beforeEach, describe, expect, it } from '@jest/globals';
import { type SubmissionQuotas, submissionQuotas } from './submission-quotas.ts';

const HOUR_MS = 3_600_000;

describe('how often visitors may ask for keys', () => {
  let now: number;
  let quotas: SubmissionQuotas;
  const open = (perClient: number | undefined, perEmail: number | undefined): void => {
    now = 1_000_000;
    quotas = submissionQuotas({
      clock: () => new Date(now),
      perClient: perClient === undefined ? undefined : { count: perClient, windowMs: HOUR_MS },
      perEmail: perEmail === undefined ? undefined : { count: perEmail, windowMs: HOUR_MS },
    });
  };
  beforeEach(() => open(10, 6));

  const ask = (client: string, email: string): string => {
    try {
      quotas.admit(client, email);
      return 'admitted';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const askTimes = (times: number, client: string, email: string): string[] =>
    Array.from({ length: times }, () => ask(client, email));

  it('is bounded for a client, whatever addresses it names, and says when to come back', () => {
    for (let index = 0; index < 10; index += 1) expect(ask('192.0.2.1', `a${index}@example.com`)).toBe('admitted');
    expect(() => quotas.admit('192.0.2.1', 'b@example.com')).toThrow(
      expect.objectContaining({ code: 'rate-limited', retryAfterMs: HOUR_MS / 10 }),
    );
    expect(ask('192.0.2.2', 'b@example.com')).toBe('admitted');
    now += HOUR_MS / 10;
    expect(ask('192.0.2.1', 'b@example.com')).toBe('admitted');
  });

  it('is bounded for an e-mail address, wherever they come from and however it is spelled', () => {
    const from = (client: number) => `192.0.2.${client}`;
    const answers = Array.from({ length: 7 }, (_, client) => ask(from(client), client % 2 ? 'A@x.org' : 'a@X.org'));
    expect(answers.filter((answer) => answer === 'admitted')).toHaveLength(6);
    expect(answers.at(-1)).toMatch(/for this e-mail address/);
  });

  it('leaves something to the owner of an address in whose name one client asks and asks', () => {
    const stranger = askTimes(6, '192.0.2.66', 'ada@example.com');
    expect(stranger.filter((answer) => answer === 'admitted')).toHaveLength(2);
    expect(ask('192.0.2.1', 'ada@example.com')).toBe('admitted');
  });

  it('counts a network of IPv6 and an IPv4 address in IPv6 clothes as one client', () => {
    open(2, undefined);
    expect(ask('2001:db8::1', 'a@example.com')).toBe('admitted');
    expect(ask('2001:db8:0:0:ffff::2', 'b@example.com')).toBe('admitted');
    expect(ask('2001:db8::3', 'c@example.com')).toMatch(/wait/);
    expect(ask('2001:db8:0:1::3', 'c@example.com')).toBe('admitted');
    expect(ask('::ffff:192.0.2.1', 'a@example.com')).toBe('admitted');
    expect(ask('192.0.2.1', 'a@example.com')).toBe('admitted');
    expect(ask('::ffff:192.0.2.1', 'a@example.com')).toMatch(/wait/);
  });

  it('takes nothing for what is refused', () => {
    askTimes(9, '192.0.2.66', 'ada@example.com');
    askTimes(4, '192.0.2.66', 'bob@example.com');
    expect(ask('192.0.2.66', 'carol@example.com')).toBe('admitted');
  });

  it('has no bound where none is set', () => {
    open(undefined, undefined);
    expect(new Set(askTimes(200, '192.0.2.1', 'a@example.com'))).toEqual(new Set(['admitted']));
  });
});
