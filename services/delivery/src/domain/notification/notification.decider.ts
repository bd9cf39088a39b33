import { accept, type Decider, type Decision, ignore, type StreamCategory } from '@keyledger/event-sourcing';
import { mailFailureMessage } from '../policies/mail-failure.policy.ts';
import { isGivenUp } from '../policies/mail-retry.policy.ts';
import {
  type NotificationCommand,
  type NotificationEvent,
  notificationCodec,
  type NotificationSubject,
  type RecordFailedAttempt,
} from './notification.messages.ts';
import {
  type ActiveNotification,
  evolveNotification,
  initialNotification,
  type Notification,
} from './notification.state.ts';

type Decided = Decision<NotificationEvent, never>;

const subjectOf = (subject: NotificationSubject): NotificationSubject => {
  const { notificationId, requestId, leaseId, kind, recipient } = subject;
  return {
    notificationId,
    ...(requestId === undefined ? {} : { requestId }),
    ...(leaseId === undefined ? {} : { leaseId }),
    kind,
    recipient,
  };
};

const recordFailedAttempt = ({ data }: RecordFailedAttempt, state: ActiveNotification): Decided => {
  const { attempt, cause, now } = data;
  if (attempt !== state.failedAttempts + 1) return ignore('this attempt is already recorded');
  const subject = subjectOf(state);
  const message = mailFailureMessage(cause);
  const attemptFailed: NotificationEvent = {
    type: 'NotificationAttemptFailed',
    data: { ...subject, attempt, cause, message, attemptedAt: now },
  };
  return isGivenUp({ ...data, dueSince: state.startedAt })
    ? accept<NotificationEvent>(attemptFailed, {
        type: 'NotificationFailed',
        data: { ...subject, cause, message, failedAt: now },
      })
    : accept(attemptFailed);
};

const decide = (command: NotificationCommand, state: Notification): Decided => {
  if (command.type === 'StartNotification') {
    const { now: startedAt } = command.data;
    return state.status === 'absent'
      ? accept({ type: 'NotificationStarted', data: { ...subjectOf(command.data), startedAt } })
      : ignore('already started');
  }
  if (state.status !== 'started') return ignore('this notification is not due');
  return command.type === 'RecordSent'
    ? accept({ type: 'NotificationSent', data: { ...subjectOf(state), sentAt: command.data.now } })
    : recordFailedAttempt(command, state);
};

export const notificationDecider: Decider<Notification, NotificationCommand, NotificationEvent, never> = {
  initialState: initialNotification,
  evolve: evolveNotification,
  decide,
};

export const notification: StreamCategory<Notification, NotificationCommand, NotificationEvent, never> = {
  category: 'notification',
  decider: notificationDecider,
  codec: notificationCodec,
};
