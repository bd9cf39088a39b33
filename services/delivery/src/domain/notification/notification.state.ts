import { deriveId, type ProcessManager } from '@keyledger/event-sourcing';
import type { NotificationEvent, NotificationKind, NotificationSubject } from './notification.messages.ts';

export interface ActiveNotification extends NotificationSubject {
  readonly status: 'started' | 'sent' | 'failed';
  readonly startedAt: string;
  readonly failedAttempts: number;
}

export type Notification = { readonly status: 'absent' } | ActiveNotification;

export const initialNotification: Notification = { status: 'absent' };

const apply = (state: ActiveNotification, event: NotificationEvent): ActiveNotification => {
  switch (event.type) {
    case 'NotificationStarted':
      return state;
    case 'NotificationAttemptFailed':
      return { ...state, failedAttempts: event.data.attempt };
    case 'NotificationSent':
      return { ...state, status: 'sent' };
    case 'NotificationFailed':
      return { ...state, status: 'failed' };
  }
};

export const evolveNotification = (state: Notification, event: NotificationEvent): Notification => {
  if (state.status !== 'absent') return apply(state, event);
  return event.type === 'NotificationStarted' ? { ...event.data, status: 'started', failedAttempts: 0 } : state;
};

/** One notification of a kind per event and recipient, found again at each delivery of the event. */
export const notificationIdOf = (eventId: string, kind: NotificationKind, recipient: string): string =>
  deriveId('notification', eventId, kind, recipient);

export interface SendNotification {
  readonly type: 'send-notification';
  /** 1 for the first. */
  readonly attempt: number;
}

/** The mail is sent until it was taken over or given up. */
export const notificationProcess: ProcessManager<Notification, SendNotification> = {
  name: 'send-notification',
  nextStep: (state) =>
    state.status === 'started' ? { type: 'send-notification', attempt: state.failedAttempts + 1 } : undefined,
};
