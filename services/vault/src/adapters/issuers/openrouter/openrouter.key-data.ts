import type { Clock } from '@keyledger/event-sourcing';
import { z } from 'zod';
import { IssuerRefused } from '../../../application/ports/issuer.port.ts';
import type { IssuedKey, KeyBudget, KeyOrder, KeyUsage } from '../../../application/ports/issuer-keys.ts';
import { toMs } from '../../../domain/policies/spans.ts';
import { timestamp } from '../http/answer.ts';
import { labelsOf } from '../http/own-alias.ts';
import { withoutAbsent } from '../http/without-absent.ts';

const RESETS = { daily: '1d', weekly: '7d', monthly: '30d' } as const;

type Reset = keyof typeof RESETS;

/** A key as OpenRouter tells it. */
export const keySchema = z.object({
  hash: z.string().min(1),
  name: z.string(),
  disabled: z.boolean(),
  limit: z.number().nullish(),
  limit_reset: z.enum(['daily', 'weekly', 'monthly']).nullish().catch(undefined),
  expires_at: timestamp.nullish(),
  usage: z.number().nullish(),
  usage_daily: z.number().nullish(),
  usage_weekly: z.number().nullish(),
  usage_monthly: z.number().nullish(),
});

export type OpenRouterKey = z.output<typeof keySchema>;

export const keyOf = (key: OpenRouterKey): IssuedKey => {
  const { limit, limit_reset: reset } = key;
  const period = reset ? RESETS[reset] : undefined;
  const budget = typeof limit === 'number' ? { maxUsd: limit, ...withoutAbsent({ period }) } : undefined;
  return {
    issuerKeyId: key.hash,
    alias: key.name,
    isSuspended: key.disabled,
    ...withoutAbsent({ expiresAt: key.expires_at, budget, labels: labelsOf(key.name) }),
  };
};

const resetOf = ({ period }: KeyBudget): Reset | null => {
  if (period === undefined) return null;
  const found = Object.entries(RESETS).find(([, span]) => toMs(span) === toMs(period))?.[0];
  if (found !== undefined) return found as Reset;
  throw new IssuerRefused('order-refused', 'OpenRouter counts budgets by day, week or month: 1d, 7d or 30d');
};

export const budgetBody = (budget: KeyBudget | undefined): Record<string, unknown> =>
  budget === undefined ? {} : { limit: budget.maxUsd, limit_reset: resetOf(budget) };

/** The end is a time, in UTC, and cannot be moved later. */
export const orderBody = ({ alias, duration, budget }: KeyOrder, clock: Clock): Record<string, unknown> => ({
  name: alias,
  ...budgetBody(budget),
  ...(duration === undefined ? {} : { expires_at: new Date(clock().getTime() + toMs(duration)).toISOString() }),
});

const DAY_MS = 86_400_000;

/** At midnight UTC; weeks begin on Monday. */
const nextReset = (reset: Reset, now: Date): string => {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  if (reset === 'monthly') return new Date(Date.UTC(year, month + 1, 1)).toISOString();
  const days = reset === 'daily' ? 1 : (8 - now.getUTCDay()) % 7 || 7;
  return new Date(Date.UTC(year, month, day) + days * DAY_MS).toISOString();
};

/** Spent in the period of the budget, or ever where there is none. */
export const usageOf = (key: OpenRouterKey, now: Date): KeyUsage => {
  const reset = key.limit_reset ?? undefined;
  const spentUsd = reset === undefined ? key.usage : key[`usage_${reset}`];
  const budgetResetAt = reset && nextReset(reset, now);
  return { issuerKeyId: key.hash, ...withoutAbsent({ spentUsd, budgetResetAt }) };
};
