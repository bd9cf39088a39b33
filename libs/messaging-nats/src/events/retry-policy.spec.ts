import { AppError } from '@keyledger/errors';
import { describe, expect, it } from '@jest/globals';
import { defaultRetryPolicy, retryVerdicts } from './retry-policy.ts';

const verdictOn = retryVerdicts({
  transient: { firstMs: 100, maxMs: 400, giveUpAfterMs: 1_500 },
  permanent: { firstMs: 10, maxMs: 1_000, attempts: 3 },
});
const unavailable = new AppError('unavailable', 'down');
const defect = new Error('broken');

const delayOf = (error: unknown, deliveries: number, permanentFailures: number): number => {
  const verdict = verdictOn({ error, deliveries, permanentFailures });
  if (verdict.then !== 'retry') throw new Error('not retried');
  return verdict.afterMs;
};

describe('what becomes of an event that failed', () => {
  it.each([
    [1, 100],
    [2, 200],
    [3, 400],
    [4, 400],
  ])('after transient failure %d it comes again in about %d ms', (deliveries, fullMs) => {
    const delayMs = delayOf(unavailable, deliveries, 0);
    expect(delayMs).toBeLessThanOrEqual(fullMs);
    expect(delayMs).toBeGreaterThanOrEqual(fullMs * 0.8);
  });

  it('is given up when transient failures lasted for the set time', () => {
    // 100 + 200 + 400 + 400 + 400 = 1 500
    expect(verdictOn({ error: unavailable, deliveries: 5, permanentFailures: 0 }).then).toBe('retry');
    expect(verdictOn({ error: unavailable, deliveries: 6, permanentFailures: 0 }).then).toBe('dead-letter');
  });

  it('is given up after a few failures of any other kind', () => {
    expect(delayOf(defect, 1, 1)).toBeLessThanOrEqual(10);
    expect(delayOf(new AppError('not-found', 'none'), 2, 2)).toBeLessThanOrEqual(20);
    expect(verdictOn({ error: defect, deliveries: 3, permanentFailures: 3 }).then).toBe('dead-letter');
  });

  it('is not given up at its first defect after many transient failures', () => {
    expect(verdictOn({ error: defect, deliveries: 500, permanentFailures: 1 }).then).toBe('retry');
  });

  it('is by default not given up for about a day of unavailability', () => {
    const byDefault = retryVerdicts(defaultRetryPolicy);
    const deliveriesOfADay = (24 * 60 * 60_000) / defaultRetryPolicy.transient.maxMs;
    expect(byDefault({ error: unavailable, deliveries: deliveriesOfADay, permanentFailures: 0 }).then).toBe('retry');
    expect(byDefault({ error: unavailable, deliveries: deliveriesOfADay + 20, permanentFailures: 0 }).then).toBe(
      'dead-letter',
    );
  });
});
