import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { KeyRequestEvent } from './key-request.events.ts';
import { keyRequestCodec } from './key-request.events.ts';
import {
  approved,
  codeRejected,
  deferred,
  deferredEvaluation,
  denied,
  evaluated,
  expired,
  fulfilled,
  issuingFailed,
  resumed,
  retried,
  reviewEvaluation,
  sentToReview,
  submitted,
} from './key-request.examples.ts';
import { evolveKeyRequest, initialKeyRequest, isOpen } from './key-request.state.ts';

const everyEvent: readonly KeyRequestEvent[] = [
  submitted,
  evaluated(reviewEvaluation),
  evaluated(deferredEvaluation),
  sentToReview,
  deferred,
  approved,
  denied,
  expired,
  fulfilled,
  issuingFailed,
  retried,
  resumed,
  codeRejected(1, '2026-01-05T08:01:00.000Z'),
  codeRejected(5, '2026-01-05T08:02:00.000Z', '2026-01-05T08:17:00.000Z'),
];

const after = (...events: readonly KeyRequestEvent[]) => events.reduce(evolveKeyRequest, initialKeyRequest);

describe('the state of a key request', () => {
  it('has an example of every type of event', () =>
    expect(new Set(everyEvent.map(({ type }) => type))).toEqual(new Set(keyRequestCodec.types)));

  it('folds any sequence of events without throwing, and is absent until it is submitted', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...everyEvent), { maxLength: 12 }), (events) => {
        expect(after(...events).status === 'absent').toBe(!events.includes(submitted));
      }),
    );
  });

  it('holds the pair while something can still come of it', () => {
    expect(isOpen(after(submitted))).toBe(true);
    expect(isOpen(after(submitted, deferred))).toBe(true);
    expect(isOpen(after(submitted, sentToReview))).toBe(true);
    expect(isOpen(after(submitted, approved))).toBe(true);
    expect(isOpen(after(submitted, approved, issuingFailed, retried))).toBe(true);
    for (const last of [denied, expired, fulfilled, issuingFailed]) expect(isOpen(after(submitted, last))).toBe(false);
    expect(isOpen(after())).toBe(false);
  });

  it('forgets what only the former status knew', () => {
    expect(after(submitted, deferred)).toMatchObject({ status: 'submitted', retryAt: deferred.data.retryAt });
    expect(after(submitted, deferred, sentToReview)).not.toHaveProperty('retryAt');
    expect(after(submitted, sentToReview)).toMatchObject({ expiresAt: sentToReview.data.expiresAt });
    expect(after(submitted, sentToReview, approved)).not.toHaveProperty('expiresAt');
    expect(after(submitted, approved, issuingFailed)).toMatchObject({ failure: { step: 'issuing' } });
    expect(after(submitted, approved, issuingFailed, retried)).not.toHaveProperty('failure');
  });

  it('keeps the decision through failure, retry and fulfilment', () =>
    expect(after(submitted, sentToReview, approved, issuingFailed, retried, fulfilled)).toMatchObject({
      status: 'fulfilled',
      decision: { outcome: 'approved', decidedBy: 'rita@example.com', reason: 'Fine for the course' },
    }));
});
