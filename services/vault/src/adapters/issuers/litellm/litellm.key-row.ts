import { z } from 'zod';
import type { IssuedKey, KeyLabels, KeyOrder, KeyUsage } from '../../../application/ports/issuer-keys.ts';
import { timestamp } from '../http/answer.ts';
import { withoutAbsent } from '../http/without-absent.ts';

const MARKER = 'keyledger';

/** Whether we made the key, in whatever form it is told. */
export const isMarked = (entry: unknown): boolean =>
  z.object({ metadata: z.object({ managed_by: z.literal(MARKER) }) }).safeParse(entry).success;

/** A key with our marker stays ours when somebody has spoilt the rest; then nobody can tell whose it is. */
const metadataSchema = z.object({
  managed_by: z.literal(MARKER),
  lease_id: z.string().min(1).optional().catch(undefined),
  request_id: z.string().optional().catch(undefined),
  generation: z.int().optional().catch(undefined),
});

/** A key as LiteLLM tells it. Whatever others wrote beside it is none of ours. */
export const rowSchema = z.object({
  key_alias: z.string().nullish(),
  expires: timestamp.nullish(),
  blocked: z.boolean().nullish(),
  models: z.array(z.string()).nullish(),
  spend: z.number().nullish(),
  max_budget: z.number().nullish(),
  budget_duration: z.string().nullish(),
  budget_reset_at: timestamp.nullish(),
  rpm_limit: z.number().nullish(),
  tpm_limit: z.number().nullish(),
  max_parallel_requests: z.number().nullish(),
  last_active: timestamp.nullish().catch(undefined),
  metadata: metadataSchema.optional().catch(undefined),
});

export type LiteLlmRow = z.output<typeof rowSchema>;

export const metadataOf = ({ leaseId, requestId, generation }: KeyOrder['labels']): Record<string, unknown> => ({
  managed_by: MARKER,
  lease_id: leaseId,
  ...withoutAbsent({ request_id: requestId }),
  generation,
});

const labelsOf = ({ metadata }: LiteLlmRow): KeyLabels | undefined => {
  const { lease_id: leaseId, request_id: requestId, generation } = metadata ?? {};
  if (leaseId === undefined || generation === undefined) return undefined;
  return { leaseId, ...withoutAbsent({ requestId }), generation };
};

export const keyOf = (issuerKeyId: string, row: LiteLlmRow): IssuedKey => {
  const rateLimits = withoutAbsent({
    requestsPerMinute: row.rpm_limit,
    tokensPerMinute: row.tpm_limit,
    parallelRequests: row.max_parallel_requests,
  });
  const budget =
    typeof row.max_budget === 'number'
      ? { maxUsd: row.max_budget, ...withoutAbsent({ period: row.budget_duration }) }
      : undefined;
  return {
    issuerKeyId,
    isSuspended: row.blocked === true,
    ...withoutAbsent({
      alias: row.key_alias,
      expiresAt: row.expires,
      modelIds: row.models,
      budget,
      rateLimits: Object.keys(rateLimits).length === 0 ? undefined : rateLimits,
      labels: labelsOf(row),
    }),
  };
};

export const usageOf = (issuerKeyId: string, row: LiteLlmRow): KeyUsage => ({
  issuerKeyId,
  ...withoutAbsent({ spentUsd: row.spend, lastUsedAt: row.last_active, budgetResetAt: row.budget_reset_at }),
});
