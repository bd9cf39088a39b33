import { z } from 'zod';
import type { Answer, Verdict } from '../domain/policy-chain/policy-rule.ts';

/** `decision` in any case, as LLM Key Requestor reads it; REVIEW is understood as well; `reason` is our addition. */
const answerSchema = z.object({
  decision: z.string().transform((decision) => decision.trim().toUpperCase()),
  reason: z.string().optional().catch(undefined),
});

const verdictOf: Readonly<Record<string, Verdict>> = {
  APPROVE: 'approve',
  DENY: 'deny',
  CONTINUE: 'continue',
  REVIEW: 'review',
};

const DEFAULT_REASON: Readonly<Record<string, string>> = {
  APPROVE: 'The approval webhook approved the request',
  DENY: 'The approval webhook denied the request',
  CONTINUE: 'The approval webhook leaves the decision to the next rule',
  REVIEW: 'The approval webhook asks for a review',
};

const MAX_REASON = 300;

/** A reason goes into mails and pages: one line, bounded, and whole characters only, since no store keeps half of one. */
const oneLine = (text: string): string => {
  const characters = [...text.replace(/[\p{C}\s]+/gu, ' ').trim()];
  return characters.slice(0, MAX_REASON).join('');
};

export const unavailable = (why: string): Answer => ({
  verdict: 'unavailable',
  reason: `The approval webhook could not be asked: ${why}`,
});

/** Reads the body of a 2xx answer. */
export const readWebhookAnswer = (body: string): Answer => {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return unavailable('its answer is not JSON');
  }
  const parsed = answerSchema.safeParse(json);
  if (!parsed.success) return unavailable('its answer has no decision');
  const { decision, reason = '' } = parsed.data;
  const verdict = verdictOf[decision];
  if (verdict === undefined) return unavailable('its decision is not known');
  return { verdict, reason: oneLine(reason) || (DEFAULT_REASON[decision] as string) };
};
