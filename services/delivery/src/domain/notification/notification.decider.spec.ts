import { specify } from '@keyledger/event-sourcing/testing';
import { describe, expect, it } from '@jest/globals';
import { notificationDecider } from './notification.decider.ts';
import {
  failedAttempt,
  notificationSent,
  notificationStarted,
  startNotification,
  subject,
  times,
} from './notification.examples.ts';
import type { NotificationCommand, NotificationEvent } from './notification.messages.ts';
import { notificationIdOf, notificationProcess } from './notification.state.ts';

const given = specify(notificationDecider);

const recordSent: NotificationCommand = { type: 'RecordSent', data: { now: times.sent } };

const recordFailure = (change: object = {}): NotificationCommand => ({
  type: 'RecordFailedAttempt',
  data: { attempt: 1, cause: 'smtp-451', isPermanent: false, retryWindowMs: 60_000, now: times.sent, ...change },
});

const failed = (cause: string, message: string, failedAt: string): NotificationEvent => ({
  type: 'NotificationFailed',
  data: { ...subject, cause, message, failedAt },
});

describe('a notification', () => {
  it('starts', () => given().when(startNotification).then(notificationStarted));

  it('starts once', () => given(notificationStarted, notificationSent).when(startNotification).thenIgnored());

  it('is sent', () => given(notificationStarted).when(recordSent).then(notificationSent));

  it('is sent once', () => given(notificationStarted, notificationSent).when(recordSent).thenIgnored());

  it('is not sent before it started', () => given().when(recordSent).thenIgnored());

  it('records an attempt that failed', () => given(notificationStarted).when(recordFailure()).then(failedAttempt(1)));

  it('ignores an attempt that is recorded already', () =>
    given(notificationStarted, failedAttempt(1)).when(recordFailure()).thenIgnored());

  it('ends at once when the server refuses the mail', () => {
    const message = 'The mail server refused the mail (553).';
    given(notificationStarted)
      .when(recordFailure({ cause: 'smtp-553', isPermanent: true }))
      .then(failedAttempt(1, { cause: 'smtp-553', message }), failed('smtp-553', message, times.sent));
  });

  it('ends when the window is over', () => {
    const { message } = failedAttempt(2).data as { message: string };
    given(notificationStarted, failedAttempt(1))
      .when(recordFailure({ attempt: 2, now: times.later }))
      .then(failedAttempt(2, { attemptedAt: times.later }), failed('smtp-451', message, times.later));
  });
});

describe('the process of a notification', () => {
  const next = (...events: readonly NotificationEvent[]) =>
    notificationProcess.nextStep(events.reduce(notificationDecider.evolve, notificationDecider.initialState));

  it('sends until the mail is taken over', () => {
    expect(next(notificationStarted, failedAttempt(1))).toEqual({ type: 'send-notification', attempt: 2 });
    expect(next(notificationStarted, notificationSent)).toBeUndefined();
    expect(next()).toBeUndefined();
  });

  it('is one per event, kind and recipient', () => {
    const ids = [
      notificationIdOf('e', 'review-needed', 'a@example.com'),
      notificationIdOf('e', 'review-needed', 'b@example.com'),
      notificationIdOf('e', 'request-in-review', 'a@example.com'),
      notificationIdOf('f', 'review-needed', 'a@example.com'),
    ];
    expect(new Set(ids).size).toBe(4);
    expect(notificationIdOf('e', 'review-needed', 'a@example.com')).toBe(ids[0]);
  });
});
