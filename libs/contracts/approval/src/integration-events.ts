import { defineIntegrationEvent } from '@keyledger/messaging';
import { z } from 'zod';
import { failureSteps, keyRequestTermsSchema } from './key-request.ts';

const subject = z.object({ requestId: z.uuid(), modelId: z.string(), email: z.string() });

const define = <const Type extends string, Data>(type: Type, schema: z.ZodType<Data>) =>
  defineIntegrationEvent('approval', 'keyRequest', type, 1, schema);

export const KeyRequestSubmitted = define('KeyRequestSubmitted', subject);

/** A rule could not answer; the chain runs again at `retryAt`. */
export const KeyRequestDeferred = define('KeyRequestDeferred', subject.extend({ retryAt: z.iso.datetime() }));

/** Vault issues a key for these terms. */
export const KeyRequestApproved = define(
  'KeyRequestApproved',
  keyRequestTermsSchema.omit({ justification: true }).extend({ requestId: z.uuid(), approvedBy: z.string() }),
);

export const KeyRequestDenied = define(
  'KeyRequestDenied',
  subject.extend({ reason: z.string(), deniedBy: z.string() }),
);

export const KeyRequestSentToReview = define(
  'KeyRequestSentToReview',
  subject.extend({
    justification: z.string().optional(),
    reason: z.string(),
    /** Addresses to be told; empty: the administrators look into the list. */
    reviewers: z.array(z.email()),
    expiresAt: z.iso.datetime(),
  }),
);

export const KeyRequestExpired = define('KeyRequestExpired', subject);

export const KeyRequestFulfilled = define('KeyRequestFulfilled', subject);

export const KeyRequestFailed = define(
  'KeyRequestFailed',
  subject.extend({ step: z.enum(failureSteps), cause: z.string(), message: z.string() }),
);

/** `step` says which service takes the work up again: vault for `issuing`, delivery for `delivery`. */
export const KeyRequestRetried = define('KeyRequestRetried', subject.extend({ step: z.enum(failureSteps) }));

/**
 * An approved request has waited for an outcome for too long, and an administrator took it up again. Whoever has a part in
 * it announces once more what is recorded, so that a service which missed a fact goes on; nothing is decided or begun anew.
 */
export const KeyRequestResumed = define('KeyRequestResumed', subject);
