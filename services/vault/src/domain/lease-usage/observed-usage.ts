import { toMs } from '../policies/spans.ts';
import type { KeyUsageSeen, WatchedLease } from './lease-usage.messages.ts';
import type { LeaseUsage } from './lease-usage.state.ts';

export type ObservedUsage = Pick<
  LeaseUsage,
  'period' | 'spentUsd' | 'spentByKey' | 'beforeByKey' | 'lastUsedAt' | 'budgetResetAt'
>;

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

const NOTHING: ReadonlyMap<string, number> = new Map();

/** An issuer that does not tell when a key was used tells what it has cost: used, then, is a key whose spend has grown. */
const lastUse = (
  state: LeaseUsage,
  before: ReadonlyMap<string, number>,
  seen: readonly KeyUsageSeen[],
  now: string,
) => {
  const toldUse = latest(...seen.map(({ lastUsedAt }) => lastUsedAt));
  const hasGrown = seen.some(({ issuerKeyId, spentUsd = 0 }) => spentUsd > (before.get(issuerKeyId) ?? 0));
  return latest(state.lastUsedAt, toldUse ?? (hasGrown ? now : undefined));
};

const spendOf = (seen: readonly KeyUsageSeen[]) =>
  seen.flatMap(({ issuerKeyId, spentUsd }) => (spentUsd === undefined ? [] : [[issuerKeyId, spentUsd] as const]));

/**
 * What is known of the usage of a lease after its keys were looked at. A period is over when the issuer counts from the
 * beginning again: less was spent than before, or its end has come and the spend moves. The spend of a key that was
 * replaced counts until the period is over.
 */
export const usageAfter = (state: LeaseUsage, seen: readonly KeyUsageSeen[], now: string): ObservedUsage => {
  const toldReset = latest(...seen.map(({ budgetResetAt }) => budgetResetAt)) ?? state.budgetResetAt;
  const isLagging = hasCome(state, toldReset, now) && isStillTheSame(state, seen);
  const isNew = hasFallen(state, seen) || (hasCome(state, toldReset, now) && !isLagging);
  const resetAt = isLagging ? state.budgetResetAt : toldReset;
  const before = isNew ? new Map<string, number>() : state.spentByKey;
  const spentByKey = new Map([...before, ...spendOf(seen)]);
  return {
    period: isNew ? state.period + 1 : state.period,
    spentUsd: rounded([...spentByKey.values()].reduce((sum, spent) => sum + spent, 0)),
    spentByKey,
    beforeByKey: NOTHING,
    lastUsedAt: lastUse(state, before, seen, now),
    budgetResetAt: resetAt,
  };
};

/** The periods of a budget that nobody enforces follow one another from when the key was issued. */
const nextOwnReset = (issuedAt: string, period: string, now: string): string => {
  const [since, span] = [Date.parse(issuedAt), toMs(period)];
  return new Date(since + (Math.floor((Date.parse(now) - since) / span) + 1) * span).toISOString();
};

/**
 * The same where the issuer counts for ever: the vault remembers what had been spent when a period began. That less is told
 * than before is a correction, and no new period.
 */
export const usageCountedHere = (
  state: LeaseUsage,
  seen: readonly KeyUsageSeen[],
  { issuedAt, budget }: WatchedLease,
  now: string,
): ObservedUsage => {
  const resetAt = budget?.period === undefined ? undefined : nextOwnReset(issuedAt, budget.period, now);
  const isNew = resetAt !== undefined && hasCome(state, resetAt, now);
  const beforeByKey = isNew ? state.spentByKey : state.beforeByKey;
  const spentByKey = new Map([...state.spentByKey, ...spendOf(seen)]);
  const spent = [...spentByKey].map(([key, usd]) => Math.max(0, usd - (beforeByKey.get(key) ?? 0)));
  return {
    period: isNew ? state.period + 1 : state.period,
    spentUsd: rounded(spent.reduce((sum, usd) => sum + usd, 0)),
    spentByKey,
    beforeByKey,
    lastUsedAt: lastUse(state, state.spentByKey, seen, now),
    budgetResetAt: resetAt,
  };
};
