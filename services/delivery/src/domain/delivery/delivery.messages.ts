import { defineEvent, eventCodec, type EventOf, type Message } from '@keyledger/event-sourcing';
import { z } from 'zod';

const time = z.iso.datetime();

/** Which delivery an event speaks of; repeated in each, so that each can be published by itself. */
const subject = z.object({ deliveryId: z.uuid(), requestId: z.uuid(), leaseId: z.uuid(), channel: z.string().min(1) });

/** What a mail or the page behind the link says about the key. */
const keyFacts = z.object({
  modelIds: z.array(z.string()).min(1),
  mask: z.string(),
  gatewayUrl: z.string(),
  keyExpiresAt: time.optional(),
  /** Of a successor: the end of the grace period of the key before it. */
  formerKeyEndsAt: time.optional(),
});

const linkNumber = z.int().min(1);

/** How often the link may be opened. */
const maxViews = z.int().min(1);

const definitions = {
  /** The intent, together with the first link. */
  DeliveryStarted: defineEvent(
    subject.extend({
      generation: z.int().min(1),
      recipient: z.string(),
      ...keyFacts.shape,
      linkNumber,
      linkExpiresAt: time,
      maxViews,
      startedAt: time,
    }),
  ),
  /** A further link takes the place of the one before. */
  LinkIssued: defineEvent(
    subject.extend({ linkNumber, linkExpiresAt: time, maxViews, issuedAt: time, commandId: z.string().min(1) }),
  ),
  DeliveryAttemptFailed: defineEvent(
    subject.extend({ linkNumber, attempt: z.int().min(1), cause: z.string(), message: z.string(), attemptedAt: time }),
  ),
  DeliverySucceeded: defineEvent(
    subject.extend({ linkNumber, generation: z.int().min(1).optional(), succeededAt: time }),
  ),
  DeliveryFailed: defineEvent(subject.extend({ linkNumber, cause: z.string(), message: z.string(), failedAt: time })),
  DeliveryRetried: defineEvent(subject.extend({ retriedAt: time })),
  /** The lease has a newer key: none of the links opens any more, and no other is issued. */
  DeliverySuperseded: defineEvent(subject.extend({ supersededAt: time })),
  LinkOpened: defineEvent(
    subject.extend({
      linkNumber,
      grantId: z.uuid(),
      /** RFC 7638 thumbprint of the key that it was sealed to; absent when only the vault knows who got it. */
      recipient: z.string().min(1).optional(),
      openedAt: time,
    }),
  ),
};

export const deliveryCodec = eventCodec(definitions);

export type DeliveryEvent = EventOf<typeof definitions>;
export type DeliverySubject = Readonly<z.infer<typeof subject>>;
export type KeyFacts = Readonly<z.infer<typeof keyFacts>>;

/** Time of the command, ISO 8601 with `Z`. */
interface Timed {
  readonly now: string;
}

/** What a new link is good for. */
export interface LinkTerms {
  readonly linkExpiresAt: string;
  readonly maxViews: number;
}

interface NewLink extends Timed, LinkTerms {
  /** Id of the command, so that its repetition issues no second link. */
  readonly commandId: string;
}

export type StartDelivery = Message<
  'StartDelivery',
  DeliverySubject & KeyFacts & Timed & LinkTerms & { readonly generation: number; readonly recipient: string }
>;

export type RecordSent = Message<'RecordSent', Timed & { readonly linkNumber: number }>;

export type RecordFailedAttempt = Message<
  'RecordFailedAttempt',
  Timed & {
    readonly linkNumber: number;
    /** 1 for the first attempt with this link. */
    readonly attempt: number;
    readonly cause: string;
    readonly isPermanent: boolean;
    readonly retryWindowMs: number;
  }
>;

/** Takes a failed delivery up again, with a new link. */
export type RetryDelivery = Message<'RetryDelivery', NewLink>;

/** Replaces the link of a delivery that is not under way. */
export type ResendLink = Message<'ResendLink', NewLink>;

export type OpenLink = Message<
  'OpenLink',
  Timed & { readonly linkNumber: number; readonly grantId: string; readonly recipient?: string }
>;

/** Another key took the place of the one that is delivered. */
export type SupersedeDelivery = Message<'SupersedeDelivery', Timed>;

export type DeliveryCommand =
  SupersedeDelivery | StartDelivery | RecordSent | RecordFailedAttempt | RetryDelivery | ResendLink | OpenLink;

export type DeliveryRefusal =
  | 'delivery-not-found'
  | 'delivery-in-progress'
  | 'delivery-superseded'
  | 'link-not-found'
  | 'link-superseded'
  | 'link-already-opened'
  | 'link-expired';
