import { type Clock, commandHandler, EVENT_STORE, type EventStore } from '@keyledger/event-sourcing';
import { ANNOUNCER, type Announcer, type EventReactor } from '@keyledger/messaging';
import { CLOCK } from '@keyledger/nest-kit';
import type { Provider } from '@nestjs/common';
import { keyReadyMail } from './application/mails/key-ready.mail.ts';
import { DELIVERY_DIRECTORY, type DeliveryDirectory } from './application/ports/delivery-rows.port.ts';
import { LINK_TOKENS, type LinkTokens } from './application/ports/link-tokens.port.ts';
import { MAIL_TEMPLATES, type MailTemplates } from './application/ports/mail-templates.port.ts';
import { type Mailer, MAILER } from './application/ports/mailer.port.ts';
import { type DeliveryHandler, sendLinkRunner } from './application/processes/send-link.runner.ts';
import { sendNotificationRunner } from './application/processes/send-notification.runner.ts';
import { announceAgainWhenKeyRequestResumed } from './application/reactors/announce-again-when-key-request-resumed.reactor.ts';
import { deliverKeyWhenLeaseIssued } from './application/reactors/deliver-key-when-lease-issued.reactor.ts';
import { deliverKeyWhenLeaseRotated } from './application/reactors/deliver-key-when-lease-rotated.reactor.ts';
import { retryDeliveryWhenKeyRequestRetried } from './application/reactors/retry-delivery-when-key-request-retried.reactor.ts';
import { sendLinkWhenLinkIssued } from './application/reactors/send-link-when-link-issued.reactor.ts';
import { tellOwnerWhenExpiryReminderDue } from './application/reactors/tell-owner-when-expiry-reminder-due.reactor.ts';
import { tellOwnerWhenLeaseUnused } from './application/reactors/tell-owner-when-lease-unused.reactor.ts';
import { tellOwnerWhenThresholdReached } from './application/reactors/tell-owner-when-threshold-reached.reactor.ts';
import { tellRequesterWhenDenied } from './application/reactors/tell-requester-when-denied.reactor.ts';
import { tellRequesterWhenSentToReview } from './application/reactors/tell-requester-when-sent-to-review.reactor.ts';
import { tellReviewersWhenSentToReview } from './application/reactors/tell-reviewers-when-sent-to-review.reactor.ts';
import type { DeliveryConfig } from './config.ts';
import { notification } from './domain/notification/notification.decider.ts';

export const DELIVERY_HANDLER: unique symbol = Symbol('DeliveryHandler');
export const DELIVERY_REACTORS: unique symbol = Symbol('DeliveryReactors');

/** What the service does when something happens, in its own streams and in others'. */
export const reactors = ({ links, retryWindowMs, publicUrl }: DeliveryConfig): Provider => ({
  provide: DELIVERY_REACTORS,
  inject: [EVENT_STORE, DELIVERY_HANDLER, LINK_TOKENS, DELIVERY_DIRECTORY, MAILER, MAIL_TEMPLATES, CLOCK, ANNOUNCER],
  useFactory: (
    eventStore: EventStore,
    handle: DeliveryHandler,
    linkTokens: LinkTokens,
    directory: DeliveryDirectory,
    mailer: Mailer,
    templates: MailTemplates,
    clock: Clock,
    announcer: Announcer,
  ): readonly EventReactor[] => {
    const compose = keyReadyMail({ templates, linkTokens, publicUrl });
    const sendLink = sendLinkRunner({ eventStore, handle, mailer, compose, clock, retryWindowMs });
    const sendNotification = sendNotificationRunner({
      eventStore,
      handle: commandHandler(eventStore, notification),
      mailer,
      templates,
      clock,
      retryWindowMs,
    });
    return [
      deliverKeyWhenLeaseIssued({ handle, sendLink, links, clock }),
      deliverKeyWhenLeaseRotated({ handle, sendLink, links, clock }),
      sendLinkWhenLinkIssued({ sendLink, clock }),
      retryDeliveryWhenKeyRequestRetried({ handle, directory, links, clock }),
      tellRequesterWhenDenied({ sendNotification, clock }),
      tellRequesterWhenSentToReview({ sendNotification, clock }),
      tellReviewersWhenSentToReview({ sendNotification, clock }),
      tellOwnerWhenThresholdReached({ sendNotification, clock }),
      tellOwnerWhenLeaseUnused({ sendNotification, clock }),
      tellOwnerWhenExpiryReminderDue({ sendNotification, clock }),
      announceAgainWhenKeyRequestResumed({ announcer, directory }),
    ];
  },
});
