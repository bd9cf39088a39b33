/** When people are told about how a key is used. */
export interface UsageRules {
  /** Percent of the budget, in any order. */
  readonly thresholds: readonly number[];
  /** Absent: nobody is told of keys that are not used. */
  readonly unusedAfterMs?: number | undefined;
  /** Times before expiry at which the owner is reminded, in any order. */
  readonly remindBeforeMs: readonly number[];
}

const DAY_MS = 86_400_000;

/** The highest threshold that the spend has come to. */
export const highestThreshold = (
  spentUsd: number,
  budgetUsd: number,
  thresholds: readonly number[],
): number | undefined =>
  thresholds
    .filter((percent) => spentUsd * 100 >= budgetUsd * percent)
    .reduce<number | undefined>(
      (highest, percent) => (highest === undefined || percent > highest ? percent : highest),
      undefined,
    );

/** Whole days since `since`, once they are as many as the rule says. */
export const daysUnused = (since: string, now: string, { unusedAfterMs }: UsageRules): number | undefined => {
  const unusedMs = Date.parse(now) - Date.parse(since);
  return unusedAfterMs === undefined || unusedMs < unusedAfterMs ? undefined : Math.floor(unusedMs / DAY_MS);
};

export interface Validity {
  readonly validSince: string;
  readonly expiresAt?: string | undefined;
}

/**
 * The reminder that is due: of those whose time has come, the one closest to expiry. A key that was issued for a shorter
 * time than a reminder is ahead does not get that one.
 */
export const reminderDue = (
  { validSince, expiresAt }: Validity,
  now: string,
  { remindBeforeMs }: UsageRules,
): Readonly<{ beforeMs: number; daysLeft: number }> | undefined => {
  if (expiresAt === undefined) return undefined;
  const endsAt = Date.parse(expiresAt);
  const leftMs = endsAt - Date.parse(now);
  const due = remindBeforeMs.filter(
    (beforeMs) => leftMs > 0 && leftMs <= beforeMs && endsAt - beforeMs > Date.parse(validSince),
  );
  return due.length === 0 ? undefined : { beforeMs: Math.min(...due), daysLeft: Math.ceil(leftMs / DAY_MS) };
};
