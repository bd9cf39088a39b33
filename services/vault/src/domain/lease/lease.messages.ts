import { defineEvent, eventCodec, type EventOf, type Message } from '@keyledger/event-sourcing';
import { z } from 'zod';

/** What was approved, as the issuer is asked for it. */
const termsSchema = z.object({
  requestId: z.uuid(),
  /** Name of the issuer adapter. */
  issuer: z.string().min(1),
  owner: z.string().min(1),
  modelIds: z.array(z.string().min(1)).min(1),
  /** Whole seconds, minutes, hours or days: `30d`. Absent: the key does not expire. */
  duration: z
    .string()
    .regex(/^\d+[smhd]$/)
    .optional(),
  budget: z.object({ maxUsd: z.number().positive(), period: z.string().optional() }).optional(),
  delivery: z.object({ channel: z.string().min(1) }),
});

export type LeaseTerms = z.infer<typeof termsSchema>;

/**
 * Why there is no key. `issuer-unavailable`: no usable answer for as long as the vault keeps trying. `alias-taken`:
 * somebody else's key has our name. `credential-refused`: the issuer does not accept the vault. `order-refused`: it does
 * not accept what was asked for. `secret-unreadable`: the sealed key cannot be opened any more.
 */
const failureCauses = [
  'issuer-unavailable',
  'alias-taken',
  'credential-refused',
  'order-refused',
  'secret-unreadable',
] as const;

export type FailureCause = (typeof failureCauses)[number];

const subject = z.object({ leaseId: z.uuid(), requestId: z.uuid(), generation: z.int().min(1) });

const events = {
  /** The intent, before anything is done. */
  LeaseStarted: defineEvent(subject.extend({ ...termsSchema.shape, alias: z.string(), startedAt: z.iso.datetime() })),
  /** The key is chosen and lies sealed as version `generation` of the secret with the id of the lease. */
  LeaseKeySealed: defineEvent(
    subject.extend({
      /** What the issuer will know the key by; says nothing about the key itself. */
      issuerKeyId: z.string().min(1),
      mask: z.string(),
      sealedAt: z.iso.datetime(),
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
      /** As the issuer says, not as we computed. */
      expiresAt: z.iso.datetime().optional(),
      /** Address at which the key is used. */
      gatewayUrl: z.string(),
      issuedAt: z.iso.datetime(),
    }),
  ),
  LeaseIssueFailed: defineEvent(
    subject.extend({
      cause: z.enum(failureCauses),
      /** A sentence for people; text of the issuer in it is redacted. */
      message: z.string(),
      /** False when the issuer has confirmed that our key is not there. */
      mayExistAtIssuer: z.boolean(),
      failedAt: z.iso.datetime(),
    }),
  ),
  /** `generation` and `alias` are new when the earlier ones can never succeed. */
  LeaseIssueRetried: defineEvent(
    subject.extend({
      alias: z.string(),
      /** Id of the event that asked for the retry; a repetition of it is no second retry. */
      retryId: z.uuid(),
      retriedAt: z.iso.datetime(),
    }),
  ),
  /** The key of an earlier generation that may have come to life is gone at the issuer. */
  LeaseKeyDiscarded: defineEvent(subject.extend({ issuerKeyId: z.string(), discardedAt: z.iso.datetime() })),
};

export const leaseCodec = eventCodec(events);

export type LeaseEvent = EventOf<typeof events>;

type Command<Type extends string, Data> = Message<Type, Readonly<Data & { leaseId: string; now: string }>>;

export type StartLease = Command<'StartLease', { terms: LeaseTerms }>;

export type RecordKeySealed = Command<'RecordKeySealed', { generation: number; issuerKeyId: string; mask: string }>;

export type RecordKeyIssued = Command<
  'RecordKeyIssued',
  { generation: number; gatewayUrl: string; expiresAt?: string }
>;

export type RecordIssueFailed = Command<
  'RecordIssueFailed',
  { generation: number; cause: FailureCause; message: string; mayExistAtIssuer: boolean }
>;

export type RecordKeyDiscarded = Command<'RecordKeyDiscarded', { issuerKeyId: string }>;

export type RetryLease = Command<'RetryLease', { retryId: string }>;

export type LeaseCommand =
  StartLease | RecordKeySealed | RecordKeyIssued | RecordIssueFailed | RecordKeyDiscarded | RetryLease;

export type LeaseRefusal = 'lease-not-found' | 'key-not-sealed';
