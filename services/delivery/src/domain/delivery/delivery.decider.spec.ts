import { specify } from '@keyledger/event-sourcing/testing';
import { describe, it } from '@jest/globals';
import { deliveryDecider } from './delivery.decider.ts';
import {
  attemptFailed,
  deliveryFailed,
  deliveryRetried,
  deliveryStarted,
  deliverySucceeded,
  deliverySuperseded,
  linkOpened,
  linkReissued,
  openLink,
  recordPostponed,
  recordSent,
  resendLink,
  retryDelivery,
  startDelivery,
  subject,
  supersedeDelivery,
  times,
} from './delivery.examples.ts';
import type { DeliveryCommand, DeliveryEvent, RecordFailedAttempt } from './delivery.messages.ts';

const given = specify(deliveryDecider);

const postponed = (change: Partial<RecordFailedAttempt['data']>): DeliveryCommand => ({
  ...recordPostponed,
  data: { ...recordPostponed.data, ...change },
});

describe('starting a delivery', () => {
  it('issues the first link', () => given().when(startDelivery).then(deliveryStarted));

  it('is ignored the second time', () => given(deliveryStarted).when(startDelivery).thenIgnored());

  it('is ignored after the delivery has ended', () =>
    given(deliveryStarted, deliveryFailed).when(startDelivery).thenIgnored());

  it('fails at once for a channel that this version does not have', () =>
    given()
      .when({ ...startDelivery, data: { ...startDelivery.data, channel: 'pigeon' } })
      .then({ ...deliveryStarted, data: { ...deliveryStarted.data, channel: 'pigeon' } } as DeliveryEvent, {
        type: 'DeliveryFailed',
        data: {
          ...subject,
          channel: 'pigeon',
          linkNumber: 1,
          cause: 'channel-not-supported',
          message: 'This delivery channel is not supported.',
          failedAt: times.started,
        },
      }));
});

describe('recording that the mail was taken over', () => {
  it('ends the delivery', () => given(deliveryStarted).when(recordSent).then(deliverySucceeded));

  it('ends it after failed attempts as well', () =>
    given(deliveryStarted, attemptFailed).when(recordSent).then(deliverySucceeded));

  it('is ignored the second time', () => given(deliveryStarted, deliverySucceeded).when(recordSent).thenIgnored());

  it('is ignored for a link that is no longer the newest', () =>
    given(deliveryStarted, deliverySucceeded, linkReissued('resend-1')).when(recordSent).thenIgnored());

  it('is ignored when there is no such delivery', () => given().when(recordSent).thenIgnored());
});

describe('recording a failed attempt', () => {
  it('keeps the delivery going', () => given(deliveryStarted).when(recordPostponed).then(attemptFailed));

  it('is ignored when this attempt is recorded already', () =>
    given(deliveryStarted, attemptFailed).when(recordPostponed).thenIgnored());

  it('counts on', () =>
    given(deliveryStarted, attemptFailed)
      .when(postponed({ attempt: 2, now: times.opened }))
      .then({
        ...attemptFailed,
        data: { ...attemptFailed.data, attempt: 2, attemptedAt: times.opened },
      } as DeliveryEvent));

  it('gives up at once when the server refused the mail for good', () =>
    given(deliveryStarted)
      .when(postponed({ cause: 'smtp-550', isPermanent: true }))
      .then(
        {
          ...attemptFailed,
          data: { ...attemptFailed.data, cause: 'smtp-550', message: 'The mail server refused the mail (550).' },
        } as DeliveryEvent,
        deliveryFailed,
      ));

  it('gives up when the window is over', () =>
    given(deliveryStarted, attemptFailed)
      .when(postponed({ attempt: 2, cause: 'smtp-unreachable', now: times.nextDay }))
      .then(
        {
          type: 'DeliveryAttemptFailed',
          data: {
            ...subject,
            linkNumber: 1,
            attempt: 2,
            cause: 'smtp-unreachable',
            message: 'The mail server could not be reached.',
            attemptedAt: times.nextDay,
          },
        },
        {
          type: 'DeliveryFailed',
          data: {
            ...subject,
            linkNumber: 1,
            cause: 'smtp-unreachable',
            message: 'The mail server could not be reached.',
            failedAt: times.nextDay,
          },
        },
      ));

  it('is ignored once the delivery has ended', () =>
    given(deliveryStarted, deliverySucceeded).when(recordPostponed).thenIgnored());

  it('is ignored for an earlier link', () =>
    given(deliveryStarted, deliverySucceeded, linkReissued('resend-1')).when(recordPostponed).thenIgnored());
});

describe('retrying', () => {
  it('takes a failed delivery up with a new link', () =>
    given(deliveryStarted, deliveryFailed).when(retryDelivery).then(deliveryRetried, linkReissued('retry-1')));

  it('is ignored the second time, even when the delivery failed again', () =>
    given(deliveryStarted, deliveryFailed, deliveryRetried, linkReissued('retry-1'), {
      ...deliveryFailed,
      data: { ...deliveryFailed.data, linkNumber: 2 },
    } as DeliveryEvent)
      .when(retryDelivery)
      .thenIgnored());

  it('is ignored while the mail is being sent', () => given(deliveryStarted).when(retryDelivery).thenIgnored());

  it('is ignored after success', () => given(deliveryStarted, deliverySucceeded).when(retryDelivery).thenIgnored());

  it('is refused for an unknown delivery', () => given().when(retryDelivery).thenRefused('delivery-not-found'));
});

describe('sending the link again', () => {
  it('replaces the link', () =>
    given(deliveryStarted, deliverySucceeded).when(resendLink).then(linkReissued('resend-1')));

  it('also takes a failed delivery up', () =>
    given(deliveryStarted, deliveryFailed).when(resendLink).then(deliveryRetried, linkReissued('resend-1')));

  it('is ignored when the same command comes twice', () =>
    given(deliveryStarted, deliverySucceeded, linkReissued('resend-1')).when(resendLink).thenIgnored());

  it('is refused while the mail is being sent', () =>
    given(deliveryStarted).when(resendLink).thenRefused('delivery-in-progress'));

  it('is refused for an unknown delivery', () => given().when(resendLink).thenRefused('delivery-not-found'));
});

describe('superseding a delivery', () => {
  it('is recorded once, however far the delivery has come', () => {
    given(deliveryStarted).when(supersedeDelivery).then(deliverySuperseded);
    given(deliveryStarted, deliverySucceeded).when(supersedeDelivery).then(deliverySuperseded);
    given(deliveryStarted, deliverySuperseded).when(supersedeDelivery).thenIgnored();
  });

  it('is ignored where nothing was delivered', () => given().when(supersedeDelivery).thenIgnored());

  it('ends the attempts to send its mail', () =>
    given(deliveryStarted, deliverySuperseded).when(recordSent).thenIgnored());

  it('leaves nothing to send again or to retry', () => {
    given(deliveryStarted, deliverySucceeded, deliverySuperseded).when(resendLink).thenRefused('delivery-superseded');
    given(deliveryStarted, deliveryFailed, deliverySuperseded).when(retryDelivery).thenIgnored();
  });

  it('makes its link worthless, and leaves an opening that is recorded as it is', () => {
    given(deliveryStarted, deliverySucceeded, deliverySuperseded).when(openLink).thenRefused('link-superseded');
    given(deliveryStarted, linkOpened, deliverySuperseded).when(openLink).thenIgnored();
  });
});
