import type { LeaseUsageEvent } from './lease-usage.messages.ts';

/** What was told of a budget: again in another period, or when the budget is another one. */
export interface Told {
  readonly period: number;
  readonly budgetUsd: number;
  readonly percent: number;
}

export interface LeaseUsage {
  readonly period: number;
  readonly spentUsd: number;
  /** Spend of each key in this period; a key that ended keeps the last that was seen. */
  readonly spentByKey: ReadonlyMap<string, number>;
  /** What of it belongs to earlier periods; of an issuer that counts by period, nothing. */
  readonly beforeByKey: ReadonlyMap<string, number>;
  readonly lastUsedAt: string | undefined;
  readonly budgetResetAt: string | undefined;
  /** Absent: never looked at. */
  readonly observedAt: string | undefined;
  readonly told: Readonly<{ hard?: Told; soft?: Told }>;
  readonly isUnusedTold: boolean;
  readonly reminded: Readonly<{ expiresAt: string; beforeMs: number }> | undefined;
}

export const initialState: LeaseUsage = {
  period: 1,
  spentUsd: 0,
  spentByKey: new Map(),
  beforeByKey: new Map(),
  lastUsedAt: undefined,
  budgetResetAt: undefined,
  observedAt: undefined,
  told: {},
  isUnusedTold: false,
  reminded: undefined,
};

export const evolve = (state: LeaseUsage, event: LeaseUsageEvent): LeaseUsage => {
  switch (event.type) {
    case 'LeaseUsageObserved': {
      const { period, spentUsd, keys, lastUsedAt, budgetResetAt, observedAt } = event.data;
      const spentByKey = new Map(keys.map((key) => [key.issuerKeyId, key.spentUsd]));
      const beforeByKey = new Map(keys.map((key) => [key.issuerKeyId, key.beforeUsd ?? 0]));
      const isUnusedTold = state.isUnusedTold && lastUsedAt === state.lastUsedAt;
      const seen = { period, spentUsd, spentByKey, beforeByKey, lastUsedAt, budgetResetAt, observedAt };
      return { ...state, ...seen, isUnusedTold };
    }
    case 'LeaseThresholdReached': {
      const { budgetKind, period, budgetUsd, percent } = event.data;
      return { ...state, told: { ...state.told, [budgetKind]: { period, budgetUsd, percent } } };
    }
    case 'LeaseUnused':
      return { ...state, isUnusedTold: true };
    case 'LeaseExpiryReminderDue': {
      const { expiresAt, beforeMs } = event.data;
      return { ...state, reminded: { expiresAt, beforeMs } };
    }
  }
};
