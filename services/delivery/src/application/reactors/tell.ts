import type { Clock } from '@keyledger/event-sourcing';
import { type IntegrationEvent, reactionContextOf } from '@keyledger/messaging';
import type { ContextOf } from '../processes/send-link.runner.ts';
import type { SendNotificationRunner } from '../processes/send-notification.runner.ts';

export interface TellDeps {
  readonly sendNotification: SendNotificationRunner;
  readonly clock: Clock;
}

export const noticeContextOf =
  (event: IntegrationEvent, reactor: string, clock: Clock): ContextOf =>
  (step) =>
    reactionContextOf(event, 'delivery', reactor, clock(), step);
