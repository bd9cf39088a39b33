import { isDeepStrictEqual } from 'node:util';
import type { PendingChange } from '../../domain/lease/lease.state.ts';
import { toMs } from '../../domain/policies/spans.ts';
import type { IssuedKey, KeyBudget, RateLimits } from '../ports/issuer-keys.ts';

/** Issuers count from when they were asked, some in whole seconds or minutes. */
const TOLERANCE_MS = 60_000;

const expiresAround = (key: IssuedKey, expiresAt: string): boolean =>
  key.expiresAt !== undefined && Math.abs(Date.parse(key.expiresAt) - Date.parse(expiresAt)) <= TOLERANCE_MS;

const rates = ({ requestsPerMinute, tokensPerMinute, parallelRequests }: RateLimits): readonly unknown[] => [
  requestsPerMinute,
  tokensPerMinute,
  parallelRequests,
];

/** Some issuers name periods otherwise, and some none. */
const isSamePeriod = (found: string | undefined, wanted: string | undefined): boolean =>
  found === undefined || (wanted !== undefined && toMs(found) === toMs(wanted));

const isBudget = (found: KeyBudget | undefined, wanted: KeyBudget): boolean =>
  found?.maxUsd === wanted.maxUsd && isSamePeriod(found.period, wanted.period);

const isLimited = (key: IssuedKey, { limits }: Extract<PendingChange, { kind: 'limits' }>): boolean => {
  const { budget, modelIds, rateLimits } = limits;
  return (
    (budget === undefined || isBudget(key.budget, budget)) &&
    (modelIds === undefined || isDeepStrictEqual(key.modelIds?.toSorted(), modelIds.toSorted())) &&
    (rateLimits === undefined || isDeepStrictEqual(key.rateLimits && rates(key.rateLimits), rates(rateLimits)))
  );
};

/** Whether the issuer's record of a key says that a change was made. */
export const isApplied = (key: IssuedKey, change: PendingChange): boolean => {
  switch (change.kind) {
    case 'renewal':
      return expiresAround(key, change.expiresAt);
    case 'suspension':
      return key.isSuspended === true;
    case 'resumption':
      return key.isSuspended === false;
    case 'limits':
      return isLimited(key, change);
  }
};
