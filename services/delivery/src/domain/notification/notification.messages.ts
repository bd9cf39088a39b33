import { defineEvent, eventCodec, type EventOf, type Message } from '@keyledger/event-sourcing';
import { z } from 'zod';

const time = z.iso.datetime();

const notificationKinds = [
  'request-denied',
  'request-in-review',
  'review-needed',
  'budget-threshold',
  'key-unused',
  'key-expires-soon',
] as const;

export type NotificationKind = (typeof notificationKinds)[number];

const subject = z.object({
  notificationId: z.uuid(),
  /** Absent for a key that nobody requested. */
  requestId: z.uuid().optional(),
  /** Of news about a key. */
  leaseId: z.uuid().optional(),
  kind: z.enum(notificationKinds),
  recipient: z.string(),
});

const definitions = {
  NotificationStarted: defineEvent(subject.extend({ startedAt: time })),
  NotificationAttemptFailed: defineEvent(
    subject.extend({ attempt: z.int().min(1), cause: z.string(), message: z.string(), attemptedAt: time }),
  ),
  NotificationSent: defineEvent(subject.extend({ sentAt: time })),
  NotificationFailed: defineEvent(subject.extend({ cause: z.string(), message: z.string(), failedAt: time })),
};

export const notificationCodec = eventCodec(definitions);

export type NotificationEvent = EventOf<typeof definitions>;
export type NotificationSubject = Readonly<z.infer<typeof subject>>;

/** Time of the command, ISO 8601 with `Z`. */
interface Timed {
  readonly now: string;
}

export type StartNotification = Message<'StartNotification', NotificationSubject & Timed>;

export type RecordSent = Message<'RecordSent', Timed>;

export type RecordFailedAttempt = Message<
  'RecordFailedAttempt',
  Timed & {
    /** 1 for the first. */
    readonly attempt: number;
    readonly cause: string;
    readonly isPermanent: boolean;
    readonly retryWindowMs: number;
  }
>;

export type NotificationCommand = StartNotification | RecordSent | RecordFailedAttempt;
