import type { KeyUsageSeen } from './lease-usage.messages.ts';
import type { LeaseUsage } from './lease-usage.state.ts';

export type ObservedUsage = Pick<LeaseUsage, 'period' | 'spentUsd' | 'spentByKey' | 'lastUsedAt' | 'budgetResetAt'>;

const latest = (...times: readonly (string | undefined)[]): string | undefined =>
  times
    .filter((time) => time !== undefined)
    .sort((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1);

/** Sums of dollars are not exact in binary; a millionth of one is more than issuers bill. */
const rounded = (usd: number): number => Math.round(usd * 1e6) / 1e6;

/**
 * A period is over when the issuer counts from the beginning again: less was spent than before, or the end that it had
 * named has come and it names another one.
 */
const isNewPeriod = (state: LeaseUsage, seen: readonly KeyUsageSeen[], resetAt: string | undefined, now: string) =>
  seen.some(({ issuerKeyId, spentUsd }) => (spentUsd ?? Infinity) < (state.spentByKey.get(issuerKeyId) ?? 0)) ||
  (state.budgetResetAt !== undefined &&
    resetAt !== state.budgetResetAt &&
    Date.parse(now) >= Date.parse(state.budgetResetAt));

/**
 * What is known of the usage of a lease after its keys were looked at. The spend of a key that was replaced counts until
 * the period is over. An issuer that does not tell when a key was used tells what it has cost: used, then, is a key whose
 * spend has grown.
 */
export const usageAfter = (state: LeaseUsage, seen: readonly KeyUsageSeen[], now: string): ObservedUsage => {
  const resetAt = latest(...seen.map(({ budgetResetAt }) => budgetResetAt)) ?? state.budgetResetAt;
  const isNew = isNewPeriod(state, seen, resetAt, now);
  const before = isNew ? new Map<string, number>() : state.spentByKey;
  const told = seen.flatMap(({ issuerKeyId, spentUsd }) => (spentUsd === undefined ? [] : [{ issuerKeyId, spentUsd }]));
  const hasGrown = told.some(({ issuerKeyId, spentUsd }) => spentUsd > (before.get(issuerKeyId) ?? 0));
  const spentByKey = new Map([...before, ...told.map(({ issuerKeyId, spentUsd }) => [issuerKeyId, spentUsd] as const)]);
  const toldUse = latest(...seen.map(({ lastUsedAt }) => lastUsedAt));
  return {
    period: isNew ? state.period + 1 : state.period,
    spentUsd: rounded([...spentByKey.values()].reduce((sum, spent) => sum + spent, 0)),
    spentByKey,
    lastUsedAt: latest(state.lastUsedAt, toldUse ?? (hasGrown ? now : undefined)),
    budgetResetAt: resetAt,
  };
};
