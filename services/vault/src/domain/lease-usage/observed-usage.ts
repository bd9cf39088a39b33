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

/** The end of the period that the issuer had named has come, and it names another one. */
const hasCome = ({ budgetResetAt }: LeaseUsage, resetAt: string | undefined, now: string): boolean =>
  budgetResetAt !== undefined && resetAt !== budgetResetAt && Date.parse(now) >= Date.parse(budgetResetAt);

const hasFallen = ({ spentByKey }: LeaseUsage, seen: readonly KeyUsageSeen[]): boolean =>
  seen.some(({ issuerKeyId, spentUsd }) => (spentUsd ?? Infinity) < (spentByKey.get(issuerKeyId) ?? 0));

/** Something was spent, and to the cent the same: the issuer has not begun to count anew, whatever time it is here. */
const isStillTheSame = ({ spentUsd: before, spentByKey }: LeaseUsage, seen: readonly KeyUsageSeen[]): boolean =>
  before > 0 && seen.every(({ issuerKeyId, spentUsd = 0 }) => spentUsd === (spentByKey.get(issuerKeyId) ?? 0));

/**
 * What is known of the usage of a lease after its keys were looked at. A period is over when the issuer counts from the
 * beginning again: less was spent than before, or its end has come and the spend moves. The spend of a key that was replaced counts until
 * the period is over. An issuer that does not tell when a key was used tells what it has cost: used, then, is a key whose
 * spend has grown.
 */
export const usageAfter = (state: LeaseUsage, seen: readonly KeyUsageSeen[], now: string): ObservedUsage => {
  const toldReset = latest(...seen.map(({ budgetResetAt }) => budgetResetAt)) ?? state.budgetResetAt;
  const isLagging = hasCome(state, toldReset, now) && isStillTheSame(state, seen);
  const isNew = hasFallen(state, seen) || (hasCome(state, toldReset, now) && !isLagging);
  const resetAt = isLagging ? state.budgetResetAt : toldReset;
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
