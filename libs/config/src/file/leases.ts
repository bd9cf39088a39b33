import { duration, integer, type Kind } from '../kind.ts';
import type { LeasesConfig } from './keyledger-file.ts';
import type { Section } from './section.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const percent: Kind<number> = { ...integer(1, 1_000), expected: 'a whole number of percent from 1 to 1000' };

/** A list where the order says nothing; twice the same is a slip. */
const readSet = (
  section: Section,
  key: string,
  expected: string,
  item: Kind<number>,
): readonly number[] | undefined => {
  const values = section.list(key, expected, item);
  if (values !== undefined && new Set(values).size < values.length) section.refuse(key, 'names the same value twice');
  return values;
};

export const readLeases = (leases: Section): LeasesConfig => ({
  reconcileEveryMs: leases.optional('reconcile_every', duration, { env: 'LEASES_RECONCILE_EVERY' }) ?? HOUR_MS,
  readUsageEveryMs: leases.optional('read_usage_every', duration, { env: 'LEASES_READ_USAGE_EVERY' }) ?? HOUR_MS / 4,
  thresholds: readSet(leases, 'thresholds', 'a list of percents', percent) ?? [50, 80, 100],
  unusedAfterMs: leases.optional('unused_after', duration) ?? 30 * DAY_MS,
  remindBeforeMs: readSet(leases, 'remind_before', 'a list of durations', duration) ?? [
    14 * DAY_MS,
    3 * DAY_MS,
    DAY_MS,
  ],
});
