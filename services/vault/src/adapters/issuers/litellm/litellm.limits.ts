import type { Clock } from '@keyledger/event-sourcing';
import { IssuerRefused } from '../../../application/ports/issuer.port.ts';
import type { KeyBudget, KeyChange, KeyOrder, RateLimits } from '../../../application/ports/issuer-keys.ts';
import { metadataOf } from './litellm.key-row.ts';

/** LiteLLM takes `30days` for `30d`, and stumbles over months in December: nothing but these four is sent. */
const durationOf = (duration: string): string => {
  if (/^[1-9]\d*[smhd]$/.test(duration)) return duration;
  throw new IssuerRefused('order-refused', 'LiteLLM is only given whole seconds, minutes, hours or days');
};

/** An empty list would open all models. */
const modelsOf = (modelIds: readonly string[]): readonly string[] => {
  if (modelIds.length > 0) return modelIds;
  throw new IssuerRefused('order-refused', 'A key without models could use all of them at LiteLLM');
};

/** `null` clears: a part that is given takes the place of the former one. */
const limitsOf = ({ budget, rateLimits }: { budget?: KeyBudget | undefined; rateLimits?: RateLimits | undefined }) => ({
  ...(budget === undefined
    ? {}
    : {
        max_budget: budget.maxUsd,
        budget_duration: budget.period === undefined ? null : durationOf(budget.period),
      }),
  ...(rateLimits === undefined
    ? {}
    : {
        rpm_limit: rateLimits.requestsPerMinute ?? null,
        tpm_limit: rateLimits.tokensPerMinute ?? null,
        max_parallel_requests: rateLimits.parallelRequests ?? null,
      }),
});

/**
 * What a new key is made with. No `soft_budget`: LiteLLM would make a budget of its own for it, in the place of others. No
 * `tags`: they need a licence; labels lie in `metadata`.
 */
export const orderBody = (order: KeyOrder): Record<string, unknown> => ({
  key_alias: order.alias,
  user_id: order.owner,
  models: modelsOf(order.modelIds),
  // A key that cannot call management routes.
  key_type: 'llm_api',
  ...(order.duration === undefined ? {} : { duration: durationOf(order.duration) }),
  ...limitsOf(order),
  metadata: metadataOf(order.labels),
});

/** LiteLLM counts from now. An end that passes while the call is under way is reached at once. */
const secondsUntil = (time: string, clock: Clock): string =>
  `${Math.max(1, Math.ceil((Date.parse(time) - clock().getTime()) / 1_000))}s`;

/** Never with `metadata`, which would be replaced as a whole. */
export const changeBody = (change: KeyChange, clock: Clock): Record<string, unknown> => ({
  ...(change.expiresAt === undefined ? {} : { duration: secondsUntil(change.expiresAt, clock) }),
  ...(change.modelIds === undefined ? {} : { models: modelsOf(change.modelIds) }),
  ...limitsOf(change),
});
