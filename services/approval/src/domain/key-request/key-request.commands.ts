import type { Message } from '@keyledger/event-sourcing';
import type { Evaluation, FailureStep, Terms } from './key-request.events.ts';

/** ISO 8601 with `Z`. */
type Time = string;

export type SubmitKeyRequest = Message<
  'SubmitKeyRequest',
  { requestId: string; terms: Terms; submittedBy: string; claimCodeHash: string; now: Time }
>;

/** Records one run of the policy chain and what follows from it. */
export type ConcludeEvaluation = Message<
  'ConcludeEvaluation',
  {
    evaluation: Evaluation;
    reason: string;
    /** Who decides when nobody does: the service, for the policy. */
    decidedBy: string;
    reviewers: readonly string[];
    /** When the chain runs again, should it have to wait. */
    retryAt: Time;
    /** When a review ends, should there be one. */
    reviewExpiresAt: Time;
    now: Time;
  }
>;

export type ApproveKeyRequest = Message<'ApproveKeyRequest', { decidedBy: string; reason: string; now: Time }>;

export type DenyKeyRequest = Message<'DenyKeyRequest', { decidedBy: string; reason: string; now: Time }>;

export type ExpireKeyRequest = Message<'ExpireKeyRequest', { now: Time }>;

export type FulfilKeyRequest = Message<'FulfilKeyRequest', { deliveryId: string; now: Time }>;

export type FailKeyRequest = Message<
  'FailKeyRequest',
  { step: FailureStep; cause: string; message: string; factId: string; now: Time }
>;

export type RetryKeyRequest = Message<'RetryKeyRequest', { slotTurn: number; now: Time }>;

/** Of a request that waits for an outcome for too long. */
export type ResumeKeyRequest = Message<'ResumeKeyRequest', { now: Time }>;

export type ProveClaim = Message<
  'ProveClaim',
  {
    /** Keyed hash of the code that was presented. */
    claimCodeHash: string;
    /** The delivered link that the code was typed for; absent: it was given with the id of the request. */
    link?: string;
    maxRejections: number;
    /** How long a code stays locked, and the pause after which earlier mistakes are forgotten. */
    lockMs: number;
    now: Time;
  }
>;

export type KeyRequestCommand =
  | SubmitKeyRequest
  | ConcludeEvaluation
  | ApproveKeyRequest
  | DenyKeyRequest
  | ExpireKeyRequest
  | FulfilKeyRequest
  | FailKeyRequest
  | RetryKeyRequest
  | ResumeKeyRequest
  | ProveClaim;

export type KeyRequestRefusal =
  'key-request-not-found' | 'already-decided' | 'own-request' | 'not-failed' | 'wrong-code' | 'locked';
