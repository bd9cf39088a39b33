import { specify } from '@keyledger/event-sourcing/testing';
import { describe, expect, it } from '@jest/globals';
import { deliveryDecider } from './delivery.decider.ts';
import {
  deliveryFailed,
  deliveryRetried,
  deliveryStarted,
  deliverySucceeded,
  linkOpened,
  linkReissued,
  openLink,
  times,
} from './delivery.examples.ts';
import type { DeliveryCommand, DeliveryEvent } from './delivery.messages.ts';
import { type ActiveDelivery, linkStateAt, newestLink } from './delivery.state.ts';

const given = specify(deliveryDecider);

const otherGrantId = '0193a000-0000-7000-8000-00000000000b';
const thirdGrantId = '0193a000-0000-7000-8000-00000000000c';

const underGrant = (event: DeliveryEvent, grantId: string): DeliveryEvent =>
  ({ ...event, data: { ...event.data, grantId } }) as DeliveryEvent;

const opening = (change: {
  linkNumber?: number;
  grantId?: string;
  recipient?: string;
  now?: string;
}): DeliveryCommand => ({
  ...openLink,
  data: { ...openLink.data, ...change },
});

const viewsAllowed = (maxViews: number): DeliveryEvent =>
  ({ ...deliveryStarted, data: { ...deliveryStarted.data, maxViews } }) as DeliveryEvent;

describe('opening a link', () => {
  it('is recorded', () => given(deliveryStarted, deliverySucceeded).when(openLink).then(linkOpened));

  it('works before the success of the mail is recorded', () => given(deliveryStarted).when(openLink).then(linkOpened));

  it('works when the mail was given up and arrived all the same', () =>
    given(deliveryStarted, deliveryFailed).when(openLink).then(linkOpened));

  it('works once', () =>
    given(deliveryStarted, deliverySucceeded, linkOpened)
      .when(opening({ grantId: otherGrantId }))
      .thenRefused('link-already-opened'));

  it('works as often as the link allows', () => {
    const [opened, again] = [linkOpened, underGrant(linkOpened, otherGrantId)];
    given(viewsAllowed(2), opened)
      .when(opening({ grantId: otherGrantId }))
      .then(again);
    given(viewsAllowed(2), opened, again)
      .when(opening({ grantId: thirdGrantId }))
      .thenRefused('link-already-opened');
  });

  it('is ignored when it is recorded under this grant, also when the link is worth nothing any more', () => {
    given(deliveryStarted, linkOpened).when(openLink).thenIgnored();
    given(deliveryStarted, linkOpened)
      .when(opening({ now: times.firstLinkExpires }))
      .thenIgnored();
    given(deliveryStarted, deliverySucceeded, linkOpened, linkReissued('resend-1')).when(openLink).thenIgnored();
  });

  it('is refused when the grant is recorded for another recipient', () =>
    given(deliveryStarted, linkOpened)
      .when(opening({ recipient: 'another recipient' }))
      .thenRefused('link-already-opened'));

  it('is ignored when the grant is recorded without a recipient', () =>
    given(deliveryStarted, { ...linkOpened, data: { ...linkOpened.data, recipient: undefined } } as DeliveryEvent)
      .when(openLink)
      .thenIgnored());

  it('is refused from the moment of expiry', () => {
    given(deliveryStarted)
      .when(opening({ now: times.firstLinkExpires }))
      .thenRefused('link-expired');
    const lastMoment = new Date(Date.parse(times.firstLinkExpires) - 1).toISOString();
    given(deliveryStarted)
      .when(opening({ now: lastMoment }))
      .then({ ...linkOpened, data: { ...linkOpened.data, openedAt: lastMoment } } as DeliveryEvent);
  });

  it('is refused for an earlier link', () =>
    given(deliveryStarted, deliveryFailed, deliveryRetried, linkReissued('retry-1'))
      .when(openLink)
      .thenRefused('link-superseded'));

  it('works with the newest link', () =>
    given(deliveryStarted, deliverySucceeded, linkReissued('resend-1'))
      .when(opening({ linkNumber: 2 }))
      .then({ ...linkOpened, data: { ...linkOpened.data, linkNumber: 2 } } as DeliveryEvent));

  it('is refused for a link that was never issued', () =>
    given(deliveryStarted)
      .when(opening({ linkNumber: 2 }))
      .thenRefused('link-not-found'));

  it('is refused when there is no such delivery', () => given().when(openLink).thenRefused('link-not-found'));
});

describe('the state of a link', () => {
  const fold = (...events: readonly DeliveryEvent[]) =>
    events.reduce(deliveryDecider.evolve, deliveryDecider.initialState) as ActiveDelivery;

  it('stays opened after its time and after a newer link', () => {
    const state = fold(deliveryStarted, linkOpened, deliverySucceeded, linkReissued('resend-1'));
    expect(linkStateAt(state, state.links[0], times.secondLinkExpires)).toBe('opened');
    expect(linkStateAt(state, newestLink(state), times.secondLinkIssued)).toBe('unopened');
    expect(linkStateAt(state, newestLink(state), times.secondLinkExpires)).toBe('expired');
  });

  it('remembers the first opening', () => {
    const again = { ...linkOpened, data: { ...linkOpened.data, openedAt: times.nextDay } } as DeliveryEvent;
    expect(newestLink(fold(viewsAllowed(3), linkOpened, again))).toMatchObject({
      views: [{ grantId: linkOpened.data.grantId, recipient: linkOpened.data.recipient }, {}],
      openedAt: times.opened,
    });
  });
});
