import { accept, type Decision, ignore, type StreamCategory } from '@keyledger/event-sourcing';
import { daysUnused, highestThreshold, reminderDue } from '../policies/usage-rules.policy.ts';
import {
  leaseUsageCodec,
  type LeaseUsageEvent,
  type LeaseUsageSubject,
  type WatchedLease,
  type WatchLease,
} from './lease-usage.messages.ts';
import { evolve, initialState, type LeaseUsage, type Told } from './lease-usage.state.ts';
import { usageAfter, usageCountedHere } from './observed-usage.ts';

type Watching = WatchLease['data'];

const subjectOf = ({ leaseId, requestId, owner, modelIds, mask }: WatchedLease): LeaseUsageSubject => ({
  leaseId,
  ...(requestId === undefined ? {} : { requestId }),
  owner,
  modelIds,
  ...(mask === undefined ? {} : { mask }),
});

/** Nothing, when everything is as it was the last time. */
const observed = (
  { lease, seen, countsForEver = false, now }: Watching,
  state: LeaseUsage,
): readonly LeaseUsageEvent[] => {
  if (seen.length === 0) return [];
  const usage = countsForEver ? usageCountedHere(state, seen, lease, now) : usageAfter(state, seen, now);
  const { spentByKey, beforeByKey, lastUsedAt, budgetResetAt, spentUsd, period } = usage;
  const isSame =
    state.observedAt !== undefined &&
    spentUsd === state.spentUsd &&
    lastUsedAt === state.lastUsedAt &&
    budgetResetAt === state.budgetResetAt;
  if (isSame) return [];
  const data = {
    ...subjectOf(lease),
    period,
    spentUsd,
    keys: [...spentByKey].map(([issuerKeyId, spent]) => {
      const beforeUsd = beforeByKey.get(issuerKeyId) ?? 0;
      return { issuerKeyId, spentUsd: spent, ...(beforeUsd > 0 ? { beforeUsd } : {}) };
    }),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
    ...(budgetResetAt === undefined ? {} : { budgetResetAt }),
    observedAt: now,
  };
  return [{ type: 'LeaseUsageObserved', data }];
};

const toldPercent = (told: Told | undefined, { period }: LeaseUsage, budgetUsd: number): number =>
  told !== undefined && told.period === period && told.budgetUsd === budgetUsd ? told.percent : 0;

/** The soft budget is one more threshold, of its own. */
const thresholds = ({ lease, rules, now }: Watching, state: LeaseUsage): readonly LeaseUsageEvent[] => {
  if (state.observedAt === undefined) return [];
  const { spentUsd, period, budgetResetAt } = state;
  const budgets = [
    { budgetKind: 'hard', budgetUsd: lease.budget?.maxUsd, marks: rules.thresholds },
    { budgetKind: 'soft', budgetUsd: lease.softBudgetUsd, marks: [100] },
  ] as const;
  return budgets.flatMap(({ budgetKind, budgetUsd, marks }): LeaseUsageEvent[] => {
    if (budgetUsd === undefined) return [];
    const percent = highestThreshold(spentUsd, budgetUsd, marks);
    if (percent === undefined || percent <= toldPercent(state.told[budgetKind], state, budgetUsd)) return [];
    const until = budgetResetAt === undefined ? {} : { budgetResetAt };
    const reached = { budgetKind, percent, spentUsd, budgetUsd, period, ...until, reachedAt: now };
    return [{ type: 'LeaseThresholdReached', data: { ...subjectOf(lease), ...reached } }];
  });
};

/** Only where the issuer tells what is used, and not of a key that nobody can use. */
const unused = ({ lease, seen, rules, now }: Watching, state: LeaseUsage): readonly LeaseUsageEvent[] => {
  if (seen.length === 0 || lease.isSuspended || state.isUnusedTold) return [];
  const { lastUsedAt } = state;
  const sinceDays = daysUnused(lastUsedAt ?? lease.issuedAt, now, rules);
  if (sinceDays === undefined) return [];
  const last = lastUsedAt === undefined ? {} : { lastUsedAt };
  return [{ type: 'LeaseUnused', data: { ...subjectOf(lease), sinceDays, ...last, noticedAt: now } }];
};

const reminders = ({ lease, rules, now }: Watching, { reminded }: LeaseUsage): readonly LeaseUsageEvent[] => {
  const { expiresAt } = lease;
  const due = reminderDue(lease, now, rules);
  if (due === undefined || expiresAt === undefined) return [];
  if (reminded?.expiresAt === expiresAt && reminded.beforeMs <= due.beforeMs) return [];
  return [{ type: 'LeaseExpiryReminderDue', data: { ...subjectOf(lease), ...due, expiresAt, remindedAt: now } }];
};

const decide = ({ data }: WatchLease, before: LeaseUsage): Decision<LeaseUsageEvent, never> => {
  const news = observed(data, before);
  const state = news.reduce(evolve, before);
  const events = [...news, ...thresholds(data, state), ...unused(data, state), ...reminders(data, state)];
  return events.length === 0 ? ignore('nothing has changed') : accept(...events);
};

/** One stream per lease beside its own: how its keys are used, and what was told about it. */
export const leaseUsage: StreamCategory<LeaseUsage, WatchLease, LeaseUsageEvent, never> = {
  category: 'leaseUsage',
  decider: { initialState, evolve, decide },
  codec: leaseUsageCodec,
};
