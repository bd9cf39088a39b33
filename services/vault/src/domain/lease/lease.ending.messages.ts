import { defineEvent } from '@keyledger/event-sourcing';
import { z } from 'zod';
import type { Command } from './lease.issuing.messages.ts';
import { type FailureCause, failureCauses, subjectSchema as subject } from './lease.terms.ts';

const time = z.iso.datetime();

/** Why a lease ends, and with which others. */
const revocation = subject.extend({ reason: z.string().min(1), bulkId: z.uuid().optional() });

export const endingEvents = {
  /** From now on no key is given out; all of them are ended at the issuer. */
  LeaseRevocationStarted: defineEvent(revocation.extend({ startedAt: time })),
  /** No key of the lease lives. */
  LeaseRevoked: defineEvent(revocation.extend({ owner: z.string(), revokedAt: time })),
  LeaseExpiryStarted: defineEvent(subject.extend({ expiresAt: time, startedAt: time })),
  LeaseExpired: defineEvent(subject.extend({ owner: z.string(), expiresAt: time, expiredAt: time })),
  /** Keys that must not live still do, since the issuer does not end them; the vault keeps trying. */
  LeaseEndingDelayed: defineEvent(
    subject.extend({ cause: z.enum(failureCauses), message: z.string(), delayedAt: time }),
  ),
  /** A key that a person has to end at the provider. */
  LeaseKeyEndRequested: defineEvent(subject.extend({ issuerKeyId: z.string(), requestedAt: time })),
  LeaseKeyEndConfirmed: defineEvent(
    subject.extend({ issuerKeyId: z.string(), confirmedBy: z.string().min(1), confirmedAt: time }),
  ),
};

export type RevokeLease = Command<'RevokeLease', { reason: string; bulkId?: string }>;

export type ExpireLease = Command<'ExpireLease', unknown>;

export type RecordEndingDelayed = Command<'RecordEndingDelayed', { cause: FailureCause; message: string }>;

export type RecordKeyEndRequested = Command<'RecordKeyEndRequested', { issuerKeyId: string }>;

export type ConfirmKeyEnded = Command<'ConfirmKeyEnded', { issuerKeyId: string; confirmedBy: string }>;

export type FinishEnding = Command<'FinishEnding', unknown>;

export type EndingCommand =
  RevokeLease | ExpireLease | RecordEndingDelayed | RecordKeyEndRequested | ConfirmKeyEnded | FinishEnding;
