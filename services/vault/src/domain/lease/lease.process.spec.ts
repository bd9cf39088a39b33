import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lease as leases } from './lease.decider.ts';
import { LATE_CALL_MS, later } from './lease.discarding.ts';
import {
  aliasWasTaken,
  issuerKeyId,
  leaseId,
  leaseIssued,
  leaseIssueFailed,
  leaseIssueRetried,
  leaseKeyDiscarded,
  leaseKeySealed,
  leaseStarted,
  secondGenerationStarted,
  secondKeyId,
  secretWasUnreadable,
} from './lease.examples.ts';
import { leaseChangeFailed, leaseRenewalStarted } from './lease.changes.examples.ts';
import {
  firstKeyDiscarded,
  leaseExpiryStarted,
  leaseKeyEndRequested,
  leaseRevocationStarted,
  leaseRevoked,
} from './lease.ending.examples.ts';
import { leaseEvents } from './lease.life.examples.ts';
import { custodianAsked, issued, leaseKeyLost, leaseKeyRequested } from './lease.making.examples.ts';
import {
  leaseRotated,
  leaseRotationDelivered,
  leaseRotationFailed,
  leaseRotationStarted,
  successorSealed,
} from './lease.rotation.examples.ts';
import type { LeaseEvent } from './lease.messages.ts';
import { ATTEMPT_AGAIN_MS, dueAt, nextStep } from './lease.process.ts';
import type { Lease } from './lease.state.ts';

const after = (...events: readonly LeaseEvent[]): Lease =>
  events.reduce(leases.decider.evolve, leases.decider.initialState);

const NOW = '2026-11-21T09:00:02.000Z';

const stepAfter = (...events: readonly LeaseEvent[]): string | undefined => nextStep(after(...events), NOW)?.kind;

describe('issuing the key of a lease', () => {
  it('seals a key before the issuer is asked', () => expect(stepAfter(leaseStarted)).toBe('obtain-key'));

  it('asks the issuer for the key that is sealed', () =>
    expect(nextStep(after(leaseStarted, leaseKeySealed), NOW)).toMatchObject({
      kind: 'confirm-key',
      issuerKeyId,
    }));

  it.each([
    ['there is no lease', []],
    ['the key is issued', [leaseStarted, leaseKeySealed, leaseIssued]],
    ['the lease has failed', [leaseStarted, leaseKeySealed, leaseIssueFailed]],
  ])('rests when %s', (_when, history) => expect(stepAfter(...history)).toBeUndefined());

  it('asks for the same key after a retry', () =>
    expect(stepAfter(leaseStarted, leaseKeySealed, leaseIssueFailed, leaseIssueRetried)).toBe('confirm-key'));

  it('seals a new key in a new generation', () =>
    expect(stepAfter(leaseStarted, leaseKeySealed, aliasWasTaken, secondGenerationStarted)).toBe('obtain-key'));

  it('first ends the key that an earlier generation may have left', () => {
    const history = [leaseStarted, leaseKeySealed, secretWasUnreadable, secondGenerationStarted];
    expect(nextStep(after(...history), NOW)).toMatchObject({ kind: 'discard-key', discardable: { issuerKeyId } });
    expect(stepAfter(...history, leaseKeyDiscarded)).toBe('obtain-key');
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

describe('issuing the key of a lease whose issuer makes the keys', () => {
  it('gives up what the issuer was asked for when nobody wrote down what came of it', () =>
    expect(stepAfter(leaseStarted, leaseKeyRequested)).toBe('give-up-key'));

  it('ends what may lie under the old alias before it asks again', () => {
    const history = [leaseStarted, leaseKeyRequested, leaseKeyLost];
    expect(nextStep(after(...history), NOW)).toMatchObject({
      kind: 'discard-key',
      discardable: { alias: `${leaseId}-g1`, issuerKeyId: undefined },
    });
    const { issuerKeyId: _unknown, ...data } = firstKeyDiscarded.data;
    const gone: LeaseEvent = { type: 'LeaseKeyDiscarded', data: { ...data, alias: `${leaseId}-g1` } };
    expect(stepAfter(...history, gone)).toBe('obtain-key');
  });

  it('waits for a custodian', () => expect(stepAfter(leaseStarted, custodianAsked)).toBeUndefined());

  it('leaves no key behind when it fails', () =>
    expect(stepAfter(leaseStarted, leaseKeyRequested, leaseIssueFailed)).toBe('discard-key'));
});

describe('a live lease', () => {
  const rotating = [...issued, leaseRotationStarted] as const;
  const rotated = [...rotating, successorSealed, leaseRotated] as const;
  const { endsAt } = leaseRotated.data.retiring;
  const stepAt = (now: string, ...events: readonly LeaseEvent[]) => nextStep(after(...events), now)?.kind;

  it('makes a pending change', () => {
    expect(stepAfter(...issued, leaseRenewalStarted)).toBe('apply-change');
    expect(stepAfter(...issued, leaseRenewalStarted, leaseChangeFailed)).toBeUndefined();
  });

  it('makes a successor as it made the first key', () => {
    expect(stepAfter(...rotating)).toBe('obtain-key');
    expect(nextStep(after(...rotating, successorSealed), NOW)).toMatchObject({
      kind: 'confirm-key',
      issuerKeyId: secondKeyId,
    });
    expect(stepAfter(...rotated)).toBeUndefined();
  });

  it('ends a successor that came to nothing', () =>
    expect(stepAfter(...rotating, successorSealed, leaseRotationFailed)).toBe('discard-key'));

  it('ends the key before when its time is over and its successor was delivered, whichever is later', () => {
    expect(stepAt(endsAt, ...rotated)).toBeUndefined();
    expect(stepAt('2026-11-23T08:00:01.000Z', ...rotated, leaseRotationDelivered)).toBe('retire-key');
    expect(stepAt('2026-11-23T08:00:00.999Z', ...rotated, leaseRotationDelivered)).toBeUndefined();
  });

  it('expires when its time is over, not while a successor is made', () => {
    const late = '2027-03-01T00:00:00.000Z';
    expect(stepAt(late, ...issued)).toBe('expire');
    expect(stepAt(late, ...rotating)).toBe('obtain-key');
    expect(stepAt(late, ...issued, leaseRenewalStarted)).toBe('apply-change');
  });
});

describe('an ending lease', () => {
  it('ends each of its keys, and then has ended', () => {
    const ending = [...issued, leaseRevocationStarted];
    expect(stepAfter(...ending)).toBe('discard-key');
    expect(stepAfter(...ending, firstKeyDiscarded)).toBe('finish-ending');
    expect(stepAfter(...ending, firstKeyDiscarded, leaseRevoked)).toBeUndefined();
  });

  it('waits for a person who has to end a key', () =>
    expect(stepAfter(...issued, leaseExpiryStarted, leaseKeyEndRequested)).toBeUndefined());
});

describe('a key that a late call may bring to life', () => {
  const history = [leaseStarted, leaseKeySealed, leaseRevocationStarted, { ...firstKeyDiscarded }] as const;
  const failed = [leaseStarted, leaseKeySealed, leaseIssueFailed, ...history.slice(2)] as const;
  const lateUntil = later(leaseRevocationStarted.data.startedAt, LATE_CALL_MS);

  it('does not keep the lease from ending', () => expect(stepAfter(...failed)).toBe('finish-ending'));

  it('is ended once more when no call can come any more', () => {
    const over = after(...failed, leaseRevoked);
    expect(nextStep(over, later(lateUntil, -1))).toBeUndefined();
    expect(nextStep(over, lateUntil)).toMatchObject({ kind: 'discard-key', discardable: { issuerKeyId } });
    expect(dueAt(over)).toBe(lateUntil);
    const again = { ...firstKeyDiscarded, data: { ...firstKeyDiscarded.data, discardedAt: lateUntil } };
    expect(dueAt(leases.decider.evolve(over, again))).toBeUndefined();
  });
});

describe('the time at which a lease is due', () => {
  it('is a while after the last event when something is to be done', () => {
    expect(dueAt(after(leaseStarted))).toBe(later(leaseStarted.data.startedAt, ATTEMPT_AGAIN_MS));
    expect(dueAt(after(...issued, leaseRevocationStarted))).toBe(
      later(leaseRevocationStarted.data.startedAt, ATTEMPT_AGAIN_MS),
    );
  });

  it('is its expiry or the end of a grace period, whichever comes first', () => {
    expect(dueAt(after(...issued))).toBe(leaseIssued.data.expiresAt);
    const rotated = [...issued, leaseRotationStarted, successorSealed, leaseRotated];
    expect(dueAt(after(...rotated))).toBe(leaseRotated.data.expiresAt);
    expect(dueAt(after(...rotated, leaseRotationDelivered))).toBe(leaseRotated.data.retiring.endsAt);
  });

  it('is never when nothing is to be done, or a person is to do it', () => {
    expect(dueAt(after())).toBeUndefined();
    expect(dueAt(after(leaseStarted, leaseKeySealed, leaseIssueFailed))).toBeUndefined();
    expect(dueAt(after(leaseStarted, custodianAsked))).toBeUndefined();
    expect(dueAt(after(...issued, leaseRevocationStarted, leaseKeyEndRequested))).toBeUndefined();
  });
});

describe('the state of a lease', () => {
  it('is found for every sequence of events, also one that cannot happen', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...leaseEvents), { maxLength: 30 }), (events) => {
        const state = after(...events);
        expect(() => nextStep(state, NOW)).not.toThrow();
        expect(() => dueAt(state)).not.toThrow();
      }),
    );
  });

  it('has something to do whenever it is due', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...leaseEvents), { maxLength: 30 }), (events) => {
        const state = after(leaseStarted, ...events);
        const due = dueAt(state);
        if (due !== undefined) expect(nextStep(state, due)).toBeDefined();
      }),
    );
  });
});
