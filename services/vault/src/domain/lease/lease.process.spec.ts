import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  aliasWasTaken,
  issuerKeyId,
  leaseEvents,
  leaseIssued,
  leaseIssueFailed,
  leaseIssueRetried,
  leaseKeyDiscarded,
  leaseKeySealed,
  leaseStarted,
  secondGenerationStarted,
  secretWasUnreadable,
} from './lease.examples.ts';
import type { LeaseEvent } from './lease.messages.ts';
import { issueLease } from './lease.process.ts';
import { evolve, initialState, type Lease } from './lease.state.ts';

const after = (...events: readonly LeaseEvent[]): Lease => events.reduce(evolve, initialState);

const stepAfter = (...events: readonly LeaseEvent[]): string | undefined => issueLease.nextStep(after(...events))?.kind;

describe('issuing the key of a lease', () => {
  it('seals a key before the issuer is asked', () => expect(stepAfter(leaseStarted)).toBe('seal-key'));

  it('asks the issuer for the key that is sealed', () =>
    expect(issueLease.nextStep(after(leaseStarted, leaseKeySealed))).toMatchObject({
      kind: 'request-key',
      issuerKeyId,
    }));

  it.each([
    ['there is no lease', []],
    ['the key is issued', [leaseStarted, leaseKeySealed, leaseIssued]],
    ['the lease has failed', [leaseStarted, leaseKeySealed, leaseIssueFailed]],
  ])('rests when %s', (_when, history) => expect(stepAfter(...history)).toBeUndefined());

  it('asks for the same key after a retry', () =>
    expect(stepAfter(leaseStarted, leaseKeySealed, leaseIssueFailed, leaseIssueRetried)).toBe('request-key'));

  it('seals a new key in a new generation', () =>
    expect(stepAfter(leaseStarted, leaseKeySealed, aliasWasTaken, secondGenerationStarted)).toBe('seal-key'));

  it('first ends the key that an earlier generation may have left', () => {
    const history = [leaseStarted, leaseKeySealed, secretWasUnreadable, secondGenerationStarted];
    expect(issueLease.nextStep(after(...history))).toMatchObject({ kind: 'discard-key', issuerKeyId });
    expect(stepAfter(...history, leaseKeyDiscarded)).toBe('seal-key');
  });

  it('still ends that key when the next attempt failed before it could', () => {
    const retriedAgain = { ...leaseIssueRetried, data: { ...leaseIssueRetried.data, generation: 2 } };
    const unavailable = {
      ...leaseIssueFailed,
      data: { ...leaseIssueFailed.data, generation: 2, mayExistAtIssuer: false },
    };
    expect(
      stepAfter(leaseStarted, leaseKeySealed, secretWasUnreadable, secondGenerationStarted, unavailable, retriedAgain),
    ).toBe('discard-key');
  });

  it('starts the time after which it gives up anew with each retry', () => {
    expect(after(leaseStarted, leaseIssueFailed, leaseIssueRetried)).toMatchObject({
      startedAt: leaseStarted.data.startedAt,
      attemptedSince: leaseIssueRetried.data.retriedAt,
    });
  });
});

describe('the state of a lease', () => {
  it('is found for every sequence of events, also one that cannot happen', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...leaseEvents), { maxLength: 30 }), (events) => {
        const state = after(...events);
        expect(['absent', 'started', 'issued', 'failed']).toContain(state.status);
        expect(() => issueLease.nextStep(state)).not.toThrow();
      }),
    );
  });
});
