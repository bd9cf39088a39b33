import type { NotificationEvent, StartNotification } from './notification.messages.ts';

export const times = {
  started: '2026-12-01T08:00:00.000Z',
  sent: '2026-12-01T08:00:01.000Z',
  later: '2026-12-01T08:01:00.000Z',
} as const;

export const subject = {
  notificationId: '0b9a2c55-2f0e-5d0e-8a77-3c6f1f0a9d01',
  requestId: '0193a000-0000-7000-8000-000000000001',
  kind: 'review-needed',
  recipient: 'rita@example.com',
} as const;

export const startNotification: StartNotification = {
  type: 'StartNotification',
  data: { ...subject, now: times.started },
};

export const notificationStarted: NotificationEvent = {
  type: 'NotificationStarted',
  data: { ...subject, startedAt: times.started },
};

export const notificationSent: NotificationEvent = {
  type: 'NotificationSent',
  data: { ...subject, sentAt: times.sent },
};

export const failedAttempt = (attempt: number, change: object = {}): NotificationEvent => ({
  type: 'NotificationAttemptFailed',
  data: {
    ...subject,
    attempt,
    cause: 'smtp-451',
    message: 'The mail server could not take the mail for now (451).',
    attemptedAt: times.sent,
    ...change,
  },
});
