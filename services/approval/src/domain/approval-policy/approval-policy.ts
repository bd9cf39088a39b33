import {
  accept,
  type Decider,
  defineEvent,
  eventCodec,
  type EventOf,
  ignore,
  type Message,
} from '@keyledger/event-sourcing';
import { z } from 'zod';

const patterns = z.array(z.string());

/** As published: endpoints without credentials, no secrets. */
const ruleSchema = z.discriminatedUnion('rule', [
  z.object({ rule: z.literal('whitelist'), patterns }),
  z.object({ rule: z.literal('blacklist'), patterns }),
  z.object({ rule: z.literal('email'), pattern: z.string() }),
  z.object({ rule: z.literal('humanintheloop'), patterns, reviewer: z.string() }),
  z.object({
    rule: z.literal('http'),
    endpoint: z.string(),
    timeoutMs: z.int(),
    isSigned: z.boolean(),
    onError: z.enum(['retry', 'review', 'deny']),
  }),
]);

const definitions = {
  PolicyPublished: defineEvent(
    z.object({
      version: z.int().min(1),
      /** Hash of the rules; equal rules are one policy. */
      contentHash: z.string(),
      rules: z.array(ruleSchema),
      publishedAt: z.iso.datetime(),
    }),
  ),
};

export type PolicyEvent = EventOf<typeof definitions>;

export interface ApprovalPolicy {
  /** 0 while nothing was published. */
  readonly version: number;
  readonly contentHash: string | undefined;
}

export type PublishPolicy = Message<
  'PublishPolicy',
  { contentHash: string; rules: PolicyEvent['data']['rules']; now: string }
>;

/** One policy for the installation, in versions. Publishing what is already in force changes nothing. */
export const approvalPolicy: Decider<ApprovalPolicy, PublishPolicy, PolicyEvent, never> = {
  initialState: { version: 0, contentHash: undefined },
  evolve: (_policy, { data: { version, contentHash } }) => ({ version, contentHash }),
  decide: ({ data: { contentHash, rules, now } }, policy) =>
    policy.contentHash === contentHash
      ? ignore('this policy is already in force')
      : accept({
          type: 'PolicyPublished',
          data: { version: policy.version + 1, contentHash, rules, publishedAt: now },
        }),
};

export const approvalPolicyCodec = eventCodec(definitions);
