import { describe, expect, it } from '@jest/globals';
import { mailFailureMessage } from './mail-failure.policy.ts';
import { isGivenUp, retryDelayMs } from './mail-retry.policy.ts';

describe('the delay before the next attempt', () => {
  it('doubles from one second up to ten minutes', () => {
    expect([1, 2, 3, 10, 11, 100].map(retryDelayMs)).toEqual([1000, 2000, 4000, 512_000, 600_000, 600_000]);
  });
});

describe('giving a mail up', () => {
  const attempt = { isPermanent: false, dueSince: '2026-12-01T00:00:00Z', retryWindowMs: 3_600_000 };

  it('happens at the end of the window', () => {
    expect(isGivenUp({ ...attempt, now: '2026-12-01T00:59:59Z' })).toBe(false);
    expect(isGivenUp({ ...attempt, now: '2026-12-01T01:00:00Z' })).toBe(true);
  });

  it('happens at once after a refusal for good', () => {
    expect(isGivenUp({ ...attempt, isPermanent: true, now: attempt.dueSince })).toBe(true);
  });
});

describe('what people are told about a failure', () => {
  it.each([
    ['smtp-550', 'The mail server refused the mail (550).'],
    ['smtp-451', 'The mail server could not take the mail for now (451).'],
    ['smtp-unreachable', 'The mail server could not be reached.'],
    ['recipient-malformed', 'The recipient is not a single plain e-mail address.'],
    ['something the server said', 'The mail could not be sent.'],
  ])('%s', (cause, sentence) => {
    expect(mailFailureMessage(cause)).toBe(sentence);
  });
});
