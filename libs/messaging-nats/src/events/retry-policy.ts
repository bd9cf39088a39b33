import { isAppError, isTransient } from '@keyledger/errors';
import { exponentialDelay } from '../back-off.ts';

export interface RetryPolicy {
  /** Typed transient errors: a dependency that is down comes back, so an event is not given up for a long time. */
  readonly transient: { readonly firstMs: number; readonly maxMs: number; readonly giveUpAfterMs: number };
  /** Everything else: the event or the code is wrong, and time seldom mends that. */
  readonly permanent: { readonly firstMs: number; readonly maxMs: number; readonly attempts: number };
}

export const defaultRetryPolicy: RetryPolicy = {
  transient: { firstMs: 250, maxMs: 60_000, giveUpAfterMs: 24 * 60 * 60_000 },
  permanent: { firstMs: 1_000, maxMs: 30_000, attempts: 5 },
};

export type Verdict = Readonly<{ then: 'retry'; afterMs: number }> | Readonly<{ then: 'dead-letter' }>;

export interface FailedAttempt {
  readonly error: unknown;
  /** Deliveries so far, this one included. */
  readonly deliveries: number;
  /** Attempts that failed for good, this one included. */
  readonly permanentFailures: number;
}

/** Deliveries after which the delays of transient errors add up to the time after which an event is given up. */
const lastTransientDelivery = ({ firstMs, maxMs, giveUpAfterMs }: RetryPolicy['transient']): number => {
  let deliveries = 1;
  let waitedMs = 0;
  for (let delayMs = firstMs; waitedMs < giveUpAfterMs && delayMs < maxMs; delayMs *= 2) {
    waitedMs += delayMs;
    deliveries += 1;
  }
  return deliveries + Math.max(0, Math.ceil((giveUpAfterMs - waitedMs) / maxMs));
};

/** The time that the error itself asks for, where it knows better than the policy. */
const askedDelay = (error: unknown): number => (isAppError(error) ? (error.retryAfterMs ?? 0) : 0);

/** What becomes of an event that could not be handled. */
export const retryVerdicts = ({ transient, permanent }: RetryPolicy): ((failed: FailedAttempt) => Verdict) => {
  const lastDelivery = lastTransientDelivery(transient);
  const transientDelay = exponentialDelay(transient);
  const permanentDelay = exponentialDelay(permanent);
  return ({ error, deliveries, permanentFailures }) => {
    if (isTransient(error))
      return deliveries < lastDelivery
        ? { then: 'retry', afterMs: Math.max(transientDelay(deliveries), askedDelay(error)) }
        : { then: 'dead-letter' };
    return permanentFailures < permanent.attempts
      ? { then: 'retry', afterMs: permanentDelay(permanentFailures) }
      : { then: 'dead-letter' };
  };
};
