import { type Clock, type CommandHandler, type EventStore, loadStream, runProcess } from '@keyledger/event-sourcing';
import { notification } from '../../domain/notification/notification.decider.ts';
import type {
  NotificationCommand,
  NotificationEvent,
  NotificationKind,
} from '../../domain/notification/notification.messages.ts';
import {
  type Notification,
  notificationIdOf,
  notificationProcess,
} from '../../domain/notification/notification.state.ts';
import type { MailTemplates, MailValues } from '../ports/mail-templates.port.ts';
import type { Mailer } from '../ports/mailer.port.ts';
import { mailDeferred } from './mail-attempt.ts';
import type { ContextOf } from './send-link.runner.ts';

export interface SendNotificationDeps {
  readonly eventStore: EventStore;
  readonly handle: CommandHandler<Notification, NotificationCommand, NotificationEvent, never>;
  readonly mailer: Mailer;
  readonly templates: MailTemplates;
  readonly clock: Clock;
  readonly retryWindowMs: number;
}

/** What is to be told to whom, because of which event. */
export interface Notice<Kind extends NotificationKind = NotificationKind> {
  readonly eventId: string;
  readonly occurredAt: string;
  readonly kind: Kind;
  readonly recipient: string;
  readonly values: MailValues[Kind];
}

export type SendNotificationRunner = <Kind extends NotificationKind>(
  notice: Notice<Kind>,
  contextOf: ContextOf,
) => Promise<void>;

/** Tells one person one thing once. Throws a transient fault while the mail server does not take the mail. */
export const sendNotificationRunner =
  ({ eventStore, handle, mailer, templates, clock, retryWindowMs }: SendNotificationDeps): SendNotificationRunner =>
  async ({ eventId, occurredAt, kind, recipient, values }, contextOf) => {
    const notificationId = notificationIdOf(eventId, kind, recipient);
    const contextFor = (step: string) => contextOf(`${notificationId}-${step}`);
    const { requestId } = values;
    const leaseId = 'leaseId' in values ? values.leaseId : undefined;
    const send = async (attempt: number): Promise<void> => {
      const sent = await mailer.send({
        ...templates.render(kind, values),
        to: recipient,
        key: notificationId,
        threadKey: requestId ?? leaseId ?? notificationId,
        writtenAt: occurredAt,
      });
      const now = clock().toISOString();
      if (sent.outcome === 'accepted') {
        await handle(notificationId, { type: 'RecordSent', data: { now } }, contextFor('sent'));
        return;
      }
      const { cause } = sent;
      const isPermanent = sent.outcome === 'refused';
      const { state } = await handle(
        notificationId,
        { type: 'RecordFailedAttempt', data: { attempt, cause, isPermanent, retryWindowMs, now } },
        contextFor(`failed-${attempt}`),
      );
      if (notificationProcess.nextStep(state) !== undefined) throw mailDeferred(cause, attempt);
    };

    await handle(
      notificationId,
      {
        type: 'StartNotification',
        data: {
          notificationId,
          ...(requestId === undefined ? {} : { requestId }),
          ...(leaseId === undefined ? {} : { leaseId }),
          kind,
          recipient,
          now: clock().toISOString(),
        },
      },
      contextFor('start'),
    );
    await runProcess(notificationProcess, {
      load: async () => (await loadStream(eventStore, notification, notificationId)).state,
      perform: ({ attempt }) => send(attempt),
    });
  };
