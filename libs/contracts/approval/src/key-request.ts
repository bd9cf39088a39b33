import { z } from 'zod';

/** A span of time as LiteLLM writes it: whole seconds, minutes, hours or days. `30d` is thirty times 24 hours. */
export const durationSchema = z
  .string()
  .regex(/^[1-9]\d{0,5}[smhd]$/, 'Expected a number followed by s, m, h or d, for example 30d');

export const budgetSchema = z.strictObject({
  /** Upper bound of spend in US dollars. */
  maxUsd: z.number().positive().max(1_000_000),
  /** After which the spend counts from zero again; absent: never. */
  period: durationSchema.optional(),
});

/** `emailLink`: a mail with a one-time link, never the key itself. */
export const deliveryChannels = ['emailLink'] as const;

export const deliverySchema = z.strictObject({ channel: z.enum(deliveryChannels) });

/** Text without control or invisible characters. */
export const lineSchema = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^\p{C}]+$/u, 'Expected text without control or invisible characters');

/** Text in lines, without other control characters; stores and mails can hold it. */
export const proseSchema = z
  .string()
  .max(2000)
  .regex(/^(?:[^\p{Cc}\p{Cs}]|[\t\r\n])*$/u, 'Expected text without control characters');

/** An address as mail servers take it: RFC 5321 bounds the parts, and a longer one would fail when the key is issued. */
export const mailableAddressSchema = z
  .email()
  .max(254)
  .refine((email) => email.lastIndexOf('@') <= 64, 'Expected at most 64 characters before the @')
  .refine(
    (email) =>
      email
        .slice(email.lastIndexOf('@') + 1)
        .split('.')
        .every((label) => /^.{0,62}[^-]$/.test(label)),
    'Expected a domain name behind the @, each part of it of at most 63 characters',
  );

/**
 * What makes a repetition recognisable as one. Whoever typed an address proves nothing else by it, so their key must not be
 * one that a stranger comes upon; how long and varied it is can be checked, that it is random cannot.
 */
export const unguessableKeySchema = z
  .string()
  .min(16)
  .max(200)
  .refine((key) => new Set(key).size >= 8, 'Expected a random text, for example a UUID');

/** What somebody asks for. */
export const keyRequestTermsSchema = z.strictObject({
  /** As the issuer knows it. Nothing invisible in it: reviewers decide by what they see. */
  modelId: lineSchema,
  email: z.email().max(254),
  justification: proseSchema.optional(),
  /** How long the key shall live; absent: as configured for the issuer. */
  duration: durationSchema.optional(),
  budget: budgetSchema.optional(),
  delivery: deliverySchema,
});

export type KeyRequestTerms = z.infer<typeof keyRequestTermsSchema>;

/**
 * `submitted`: being evaluated, or waiting for a rule that could not answer. `approved`: the key is being issued and
 * delivered. `failed`: approved, but issuing or delivery gave up; can be retried. Never a denial.
 */
export const keyRequestStatuses = [
  'submitted',
  'in-review',
  'approved',
  'denied',
  'expired',
  'fulfilled',
  'failed',
] as const;

export type KeyRequestStatus = (typeof keyRequestStatuses)[number];

/** `unavailable`: the rule could not answer; what then happens is said by its `onError`. */
export const verdicts = ['approve', 'deny', 'continue', 'review', 'unavailable'] as const;

export const ruleVerdictSchema = z.object({
  /** Place of the rule in the chain, from 0. */
  index: z.int().min(0),
  rule: z.string(),
  verdict: z.enum(verdicts),
  /** A sentence for people. */
  reason: z.string(),
});

export type RuleVerdict = z.infer<typeof ruleVerdictSchema>;

export const evaluationSchema = z.object({
  policyVersion: z.int().min(1),
  evaluatedAt: z.iso.datetime(),
  verdicts: z.array(ruleVerdictSchema),
  outcome: z.enum(['approved', 'denied', 'review', 'deferred']),
});

export const failureSteps = ['issuing', 'delivery'] as const;

export const keyRequestViewSchema = keyRequestTermsSchema.extend({
  requestId: z.uuid(),
  status: z.enum(keyRequestStatuses),
  submittedAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** Every run of the policy chain, oldest first. */
  evaluations: z.array(evaluationSchema),
  decision: z
    .object({
      outcome: z.enum(['approved', 'denied', 'expired']),
      /** Id of the actor: a reviewer, or `service:approval` for the policy. */
      decidedBy: z.string(),
      reason: z.string(),
      decidedAt: z.iso.datetime(),
    })
    .optional(),
  /** While `submitted` and waiting for a rule: when the chain runs again. */
  retryAt: z.iso.datetime().optional(),
  /** While `in-review`: when the request expires. */
  expiresAt: z.iso.datetime().optional(),
  failure: z
    .object({ step: z.enum(failureSteps), cause: z.string(), message: z.string(), failedAt: z.iso.datetime() })
    .optional(),
  /** From when on an administrator may retry it: at once after a failure, after a while without an outcome. */
  retryableFrom: z.iso.datetime().optional(),
});

export type KeyRequestView = z.infer<typeof keyRequestViewSchema>;
