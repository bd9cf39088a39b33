import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deliveryDecider } from './delivery.decider.ts';
import {
  attemptFailed,
  deliveryFailed,
  deliveryRetried,
  deliveryStarted,
  deliverySucceeded,
  linkOpened,
  linkReissued,
} from './delivery.examples.ts';
import { type DeliveryEvent, deliveryCodec } from './delivery.messages.ts';
import { deliveryIdOf, deliveryProcess } from './delivery.process.ts';
import { newestLink } from './delivery.state.ts';

const { evolve, initialState } = deliveryDecider;
const fold = (events: readonly DeliveryEvent[]) => events.reduce(evolve, initialState);

const anyEvent = fc.constantFrom(
  deliveryStarted,
  attemptFailed,
  deliverySucceeded,
  deliveryFailed,
  deliveryRetried,
  linkReissued('any'),
  linkOpened,
);

describe('a delivery folded from its events', () => {
  it('survives any order of events', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), (events) => {
        const state = fold(events);
        expect(state.status === 'absent' || newestLink(state).number >= 1).toBe(true);
      }),
    );
  });

  it('is the same whether folded at once or from what was stored', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), (events) => {
        const stored = events.map((event) =>
          deliveryCodec.decode(JSON.parse(JSON.stringify(deliveryCodec.encode(event)))),
        );
        expect(fold(stored)).toEqual(fold(events));
      }),
    );
  });

  it('forgets failure and attempts with a new link', () => {
    const state = fold([deliveryStarted, attemptFailed, deliveryFailed, deliveryRetried, linkReissued('retry-1')]);
    expect(state).toMatchObject({ status: 'started', links: [{ number: 1 }, { number: 2 }] });
    expect(state).not.toHaveProperty('failure');
    expect(state).not.toHaveProperty('trouble');
  });
});

describe('the process of a delivery', () => {
  it('sends the newest link while it is due', () => {
    expect(deliveryProcess.nextStep(fold([deliveryStarted]))).toMatchObject({ link: { number: 1 }, attempt: 1 });
    expect(deliveryProcess.nextStep(fold([deliveryStarted, attemptFailed]))).toMatchObject({ attempt: 2 });
    expect(
      deliveryProcess.nextStep(fold([deliveryStarted, attemptFailed, deliverySucceeded, linkReissued('resend-1')])),
    ).toMatchObject({ link: { number: 2 }, attempt: 1 });
  });

  it.each([
    ['before anything happened', []],
    ['after success', [deliveryStarted, deliverySucceeded]],
    ['after giving up', [deliveryStarted, deliveryFailed]],
  ])('rests %s', (_when, events) => {
    expect(deliveryProcess.nextStep(fold(events))).toBeUndefined();
  });

  it('has one delivery per generation of a lease', () => {
    const lease = '0193a000-0000-7000-8000-000000000002';
    expect(deliveryIdOf(lease, 1)).toBe(deliveryIdOf(lease, 1));
    expect(deliveryIdOf(lease, 2)).not.toBe(deliveryIdOf(lease, 1));
  });
});
