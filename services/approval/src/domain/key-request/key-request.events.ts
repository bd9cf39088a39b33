import { defineEvent, eventCodec, type EventOf } from '@keyledger/event-sourcing';
import { z } from 'zod';

const time = z.iso.datetime();

/** Who gets a key to what; in each event, so that an event speaks for itself. */
const subject = z.object({ requestId: z.uuid(), modelId: z.string(), email: z.string() });

const termsSchema = z.object({
  modelId: z.string(),
  /** As it was typed: mail goes there. For identity use `canonicalEmail`. */
  email: z.string(),
  justification: z.string().optional(),
  duration: z.string().optional(),
  budget: z.object({ maxUsd: z.number(), period: z.string().optional() }).optional(),
  delivery: z.object({ channel: z.literal('emailLink') }),
});

export type Terms = z.infer<typeof termsSchema>;

const evaluationSchema = z.object({
  /** 1 for the first run of the chain. */
  attempt: z.int().min(1),
  policyVersion: z.int().min(1),
  evaluatedAt: time,
  verdicts: z.array(
    z.object({
      index: z.int().min(0),
      rule: z.string(),
      verdict: z.enum(['approve', 'deny', 'continue', 'review', 'unavailable']),
      reason: z.string(),
    }),
  ),
  outcome: z.enum(['approved', 'denied', 'review', 'deferred']),
});

export type Evaluation = z.infer<typeof evaluationSchema>;

const steps = z.enum(['issuing', 'delivery']);

export type FailureStep = z.infer<typeof steps>;

const definitions = {
  KeyRequestSubmitted: defineEvent(
    subject.extend({
      terms: termsSchema,
      submittedBy: z.string(),
      /** Keyed hash of the claim code. The code itself is stored nowhere. */
      claimCodeHash: z.string(),
      submittedAt: time,
    }),
  ),
  KeyRequestEvaluated: defineEvent(subject.extend(evaluationSchema.shape)),
  KeyRequestApproved: defineEvent(
    subject.extend({
      terms: termsSchema.omit({ justification: true }),
      approvedBy: z.string(),
      reason: z.string(),
      approvedAt: time,
    }),
  ),
  KeyRequestDenied: defineEvent(subject.extend({ deniedBy: z.string(), reason: z.string(), deniedAt: time })),
  KeyRequestSentToReview: defineEvent(
    subject.extend({
      justification: z.string().optional(),
      reason: z.string(),
      reviewers: z.array(z.string()),
      expiresAt: time,
      sentAt: time,
    }),
  ),
  KeyRequestDeferred: defineEvent(
    subject.extend({ attempt: z.int().min(1), reason: z.string(), retryAt: time, deferredAt: time }),
  ),
  KeyRequestExpired: defineEvent(subject.extend({ expiredAt: time })),
  KeyRequestFulfilled: defineEvent(subject.extend({ deliveryId: z.uuid(), fulfilledAt: time })),
  KeyRequestFailed: defineEvent(
    subject.extend({
      step: steps,
      cause: z.string(),
      message: z.string(),
      /** Id of the fact of the other service: each counts once. */
      factId: z.string(),
      failedAt: time,
    }),
  ),
  KeyRequestRetried: defineEvent(
    subject.extend({
      step: steps,
      /** Turn of the slot that was taken for this retry: each is good for one. */
      slotTurn: z.int().min(1),
      retriedAt: time,
    }),
  ),
  KeyRequestResumed: defineEvent(subject.extend({ resumedAt: time })),
  ClaimCodeRejected: defineEvent(
    z.object({
      requestId: z.uuid(),
      /** The delivered link that the code was typed for; absent: it was given with the id of the request. */
      link: z.string().optional(),
      /** Wrong codes in a row for this link, or without one; starts again after a pause and after a lock. */
      rejections: z.int().min(1),
      lockedUntil: time.optional(),
      rejectedAt: time,
    }),
  ),
};

export type KeyRequestEvent = EventOf<typeof definitions>;

export const keyRequestCodec = eventCodec(definitions);
