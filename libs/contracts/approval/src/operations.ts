import { defineCommand, defineQuery, pageInput, pageOf } from '@keyledger/messaging';
import { z } from 'zod';
import {
  keyRequestStatuses,
  keyRequestTermsSchema,
  keyRequestViewSchema,
  lineSchema,
  mailableAddressSchema,
  proseSchema,
} from './key-request.ts';

const byRequest = z.strictObject({ requestId: z.uuid() });

/**
 * Submits a request. The same `idempotencyKey` from the same requester answers `ignored` with the first request; so
 * does asking again for the same address and model while a request for them is open. Somebody who only typed that
 * address learns no more than that: neither which request it is nor how far it has come.
 */
export const SubmitKeyRequest = defineCommand(
  'approval',
  'SubmitKeyRequest',
  keyRequestTermsSchema.extend({
    email: mailableAddressSchema,
    /** Of somebody who only typed the address: as `unguessableKeySchema` says, else `malformed`. */
    idempotencyKey: z.string().min(1).max(200).optional(),
  }),
  z.object({
    requestId: z.uuid().optional(),
    status: z.enum(keyRequestStatuses).optional(),
    /** Needed to open the delivered link. Answered to whoever submitted, and to a repetition with the same key. */
    claimCode: z.string().optional(),
  }),
  ['idempotency-key-reused', 'not-your-address'],
);

const decisionRefusals = ['key-request-not-found', 'already-decided', 'own-request', 'not-a-reviewer'] as const;

/** Approves a request that is submitted or in review, as long as its model is offered. */
export const ApproveKeyRequest = defineCommand(
  'approval',
  'ApproveKeyRequest',
  byRequest.extend({ comment: proseSchema.optional() }),
  keyRequestViewSchema,
  [...decisionRefusals, 'model-not-found'],
);

/** Denies a request that is submitted or in review. */
export const DenyKeyRequest = defineCommand(
  'approval',
  'DenyKeyRequest',
  byRequest.extend({ reason: proseSchema.trim().min(1) }),
  keyRequestViewSchema,
  decisionRefusals,
);

/**
 * Takes up a failed request again at the step that gave up, and an approved one that has waited for its outcome for too
 * long (`retryableFrom`) wherever it got stuck. There is never a second key.
 */
export const RetryKeyRequest = defineCommand('approval', 'RetryKeyRequest', byRequest, keyRequestViewSchema, [
  'key-request-not-found',
  'not-failed',
  'another-request-open',
  'not-an-administrator',
]);

/**
 * Checks the code that was shown when the request was submitted. Success lets the gateway speak for the requester of
 * this request. A request that does not exist answers `wrong-code` as well. Repeated mistakes lock the code for a while:
 * those made with the same link in hand, or those made without one, so that nobody locks a link whose address they do
 * not know.
 */
export const ProveClaim = defineCommand(
  'approval',
  'ProveClaim',
  byRequest.extend({
    code: z.string().min(1).max(40),
    /** Names the delivered link that the code was typed for; whoever gives it has checked the link's token. */
    link: z
      .string()
      .regex(/^[\da-f-]{36}\.\d{1,9}$/, 'Expected the id of a delivery and the number of its link')
      .optional(),
  }),
  z.object({ requestId: z.uuid(), email: z.string() }),
  ['wrong-code', 'locked'],
);

/** `null` for a request that does not exist or that the principal may not see. Folds the stream: reads its own writes. */
export const GetKeyRequest = defineQuery('approval', 'GetKeyRequest', byRequest, keyRequestViewSchema.nullable());

/** Newest first, from the read model. For reviewers, administrators and auditors. */
export const ListKeyRequests = defineQuery(
  'approval',
  'ListKeyRequests',
  z.strictObject({
    ...pageInput,
    statuses: z.array(z.enum(keyRequestStatuses)).optional(),
    email: lineSchema.optional(),
    modelId: lineSchema.optional(),
  }),
  pageOf(keyRequestViewSchema),
);
