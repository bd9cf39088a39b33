import { z } from 'zod';

/** What a test may find. Only `invalid-key` blames the key. */
export const testOutcomes = [
  'ok',
  'invalid-key',
  'forbidden',
  'billing',
  'rate-limited',
  'model-unavailable',
  'bad-request',
  'unreachable',
  'provider-error',
  'unknown',
] as const;

/** How far a test goes: `authenticate` shows the key and costs nothing, `complete` is a chat of five tokens. */
export const testStages = ['authenticate', 'complete'] as const;

const LONGEST_WAIT_S = 24 * 60 * 60;

export const connectionTestSchema = z.object({
  outcome: z.enum(testOutcomes),
  /** For people: whether it is the key, and what to do. */
  message: z.string(),
  /** What the provider wrote, without anything that looks like a key; short. */
  providerMessage: z.string().optional(),
  /** The key works, and is not one for this use. */
  warning: z.enum(['management-key']).optional(),
  /** The stage that decided. */
  stage: z.enum(testStages),
  /** Of the call that decided. */
  latencyMs: z.int().min(0),
  /** For `rate-limited`, when the provider said it. A day at most, whatever it said. */
  retryAfterSeconds: z
    .int()
    .min(0)
    .overwrite((seconds) => Math.min(seconds, LONGEST_WAIT_S))
    .optional(),
  testedAt: z.iso.datetime(),
});

export type ConnectionTest = z.infer<typeof connectionTestSchema>;

/** Name of a provider, such as `openai`. */
const providerNameSchema = z
  .string()
  .max(50)
  .regex(/^[a-z][a-z0-9-]*$/, 'Expected the name of a provider such as openai');

const isPlainAddress = (text: string): boolean => {
  const url = URL.parse(text);
  return url === null || [url.username, url.password, url.search, url.hash].every((part) => part === '');
};

/** Address of an API, without what follows it in single calls. */
const baseUrlSchema = z
  .url({ protocol: /^https?$/, message: 'Expected an address that begins with https://' })
  .max(500)
  .refine(isPlainAddress, 'Expected an address without a password, a query or a fragment');

/** What a chat is held with, as the provider names it. */
export const testedModelSchema = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .regex(/^[^\p{Cc}]*$/u, 'Expected one line');

/** Where a value belongs: it is sent to this address and to no other. */
export const connectionSchema = z.object({ provider: z.string(), baseUrl: z.string() });

export const wantedConnectionSchema = z.strictObject({
  provider: providerNameSchema,
  /** Default: that of the provider, where all of its customers have the same. */
  baseUrl: baseUrlSchema.optional(),
});
