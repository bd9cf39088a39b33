import { defineEvent, type Message } from '@keyledger/event-sourcing';
import { z } from 'zod';
import {
  type FailureCause,
  failureCauses,
  type LeaseTerms,
  subjectSchema as subject,
  termsSchema,
} from './lease.terms.ts';

/** Who makes the key, where that is not the vault itself: the issuer when it is asked, or a person at the provider. */
const makers = ['issuer', 'custodian'] as const;

export type KeyMaker = (typeof makers)[number];

const time = z.iso.datetime();

export const issuingEvents = {
  /** The intent, before anything is done. */
  LeaseStarted: defineEvent(subject.extend({ ...termsSchema.shape, alias: z.string(), startedAt: time })),
  /**
   * Before an issuer is asked that makes the key itself: it is asked once under this alias, since what came of the call
   * is found out by the alias alone. For a custodian this opens the task.
   */
  LeaseKeyRequested: defineEvent(subject.extend({ alias: z.string(), keysFrom: z.enum(makers), requestedAt: time })),
  /** The key lies sealed as a version of the secret with the id of the lease. */
  LeaseKeySealed: defineEvent(
    subject.extend({
      /** What the issuer knows the key by; says nothing about the key itself. */
      issuerKeyId: z.string().min(1),
      mask: z.string(),
      /** Of the secret; absent where it has the number of the generation. */
      version: z.int().min(1).optional(),
      /** Of a key that a custodian handed in: whether its provider has said that it knows it. */
      isTested: z.boolean().optional(),
      sealedAt: time,
    }),
  ),
  /** Whatever the issuer made under this alias, nobody has its plaintext: it must not live, and another one is made. */
  LeaseKeyLost: defineEvent(
    subject.extend({
      alias: z.string(),
      next: z.object({ generation: z.int().min(2), alias: z.string() }),
      lostAt: time,
    }),
  ),
  /** The issuer has confirmed the key. */
  LeaseIssued: defineEvent(
    subject.extend({
      issuer: z.string(),
      owner: z.string(),
      modelIds: z.array(z.string()).min(1),
      delivery: z.object({ channel: z.string() }),
      alias: z.string(),
      issuerKeyId: z.string(),
      mask: z.string(),
      /** As the issuer says; by our reckoning where it ends no keys by itself. */
      expiresAt: time.optional(),
      /** Address at which the key is used. */
      gatewayUrl: z.string(),
      issuedAt: time,
    }),
  ),
  LeaseIssueFailed: defineEvent(
    subject.extend({
      cause: z.enum(failureCauses),
      /** A sentence for people; text of the issuer in it is redacted. */
      message: z.string(),
      /** False when the issuer has confirmed that our key is not there. */
      mayExistAtIssuer: z.boolean(),
      failedAt: time,
    }),
  ),
  /** `generation` and `alias` are new when the earlier ones can never succeed. */
  LeaseIssueRetried: defineEvent(
    subject.extend({
      alias: z.string(),
      /** Id of the event that asked for the retry; a repetition of it is no second retry. */
      retryId: z.uuid(),
      retriedAt: time,
    }),
  ),
  /** A key that must not live is gone at the issuer; by its alias, when nobody knew its id. */
  LeaseKeyDiscarded: defineEvent(
    subject.extend({ issuerKeyId: z.string().optional(), alias: z.string().optional(), discardedAt: time }),
  ),
};

export type Command<Type extends string, Data> = Message<Type, Readonly<Data & { leaseId: string; now: string }>>;

export type StartLease = Command<'StartLease', { terms: LeaseTerms }>;

export type RecordKeyRequested = Command<'RecordKeyRequested', { generation: number; keysFrom: KeyMaker }>;

export interface SealedKey {
  readonly issuerKeyId: string;
  readonly mask: string;
  /** Of the secret; the number of the generation when absent. */
  readonly version?: number;
}

export type RecordKeySealed = Command<'RecordKeySealed', { generation: number } & SealedKey>;

/** A custodian's key, after it was sealed. */
export type HandInKey = Command<'HandInKey', SealedKey & { readonly isTested?: boolean }>;

export type RecordKeyLost = Command<'RecordKeyLost', { generation: number }>;

/** Issues the lease, or completes its rotation. */
export type RecordKeyIssued = Command<
  'RecordKeyIssued',
  { generation: number; gatewayUrl: string; expiresAt?: string }
>;

/** Fails the lease, or its rotation. */
export type RecordIssueFailed = Command<
  'RecordIssueFailed',
  { generation: number; cause: FailureCause; message: string; mayExistAtIssuer: boolean }
>;

export type RecordKeyDiscarded = Command<'RecordKeyDiscarded', { issuerKeyId?: string; alias?: string }>;

export type RetryLease = Command<'RetryLease', { retryId: string }>;

export type IssuingCommand =
  | StartLease
  | RecordKeyRequested
  | RecordKeySealed
  | HandInKey
  | RecordKeyLost
  | RecordKeyIssued
  | RecordIssueFailed
  | RecordKeyDiscarded
  | RetryLease;
