import { describe, expect, it } from '@jest/globals';
import { specify } from '@keyledger/event-sourcing/testing';
import { lease } from './lease.decider.ts';
import {
  issuerKeyId,
  leaseId,
  leaseIssueFailed,
  leaseKeySealed,
  leaseStarted,
  recordKeyDiscarded,
  recordKeyIssued,
  retryLease,
  secondKeyId,
} from './lease.examples.ts';
import { leaseRenewalStarted } from './lease.changes.examples.ts';
import {
  confirmKeyEnded,
  expireLease,
  failedByRevocation,
  finishEnding,
  firstKeyDiscarded,
  leaseEndingDelayed,
  leaseExpired,
  leaseExpiryStarted,
  leaseKeyEndConfirmed,
  leaseKeyEndRequested,
  leaseRevocationStarted,
  leaseRevoked,
  recordEndingDelayed,
  recordKeyEndRequested,
  revokeLease,
} from './lease.ending.examples.ts';
import { issued, leaseKeyRequested } from './lease.making.examples.ts';
import { leaseRotated, leaseRotationStarted, successorSealed } from './lease.rotation.examples.ts';
import type { LeaseEvent } from './lease.messages.ts';
import type { Lease } from './lease.state.ts';

const given = specify(lease.decider);
const after = (...events: readonly LeaseEvent[]): Lease =>
  events.reduce(lease.decider.evolve, lease.decider.initialState);
const ending = [...issued, leaseRevocationStarted] as const;
const ended = [...ending, firstKeyDiscarded, leaseRevoked] as const;

describe('RevokeLease', () => {
  it.each<[string, readonly LeaseEvent[]]>([
    ['issued', issued],
    ['being changed', [...issued, leaseRenewalStarted]],
    ['failed', [leaseStarted, leaseKeySealed, leaseIssueFailed]],
  ])('is accepted for a lease that is %s', (_status, history) =>
    given(...history)
      .when(revokeLease)
      .then(leaseRevocationStarted),
  );

  it('fails a lease first that waits for its key, for those who wait with it', () =>
    given(leaseStarted).when(revokeLease).then(failedByRevocation, leaseRevocationStarted));

  it('supersedes a rotation', () =>
    given(...issued, leaseRotationStarted)
      .when(revokeLease)
      .then(leaseRevocationStarted));

  it('is ignored when the lease has ended, and refused when there is none', () => {
    given(...ending)
      .when(revokeLease)
      .thenIgnored();
    given(...ended)
      .when(revokeLease)
      .thenIgnored();
    given().when(revokeLease).thenRefused('lease-not-found');
  });
});

describe('what has to end with a lease', () => {
  const keysOf = (...events: readonly LeaseEvent[]): readonly unknown[] => {
    const state = after(...events, leaseRevocationStarted);
    return state.status === 'ending' ? state.discardable.map(({ issuerKeyId: id, alias }) => id ?? alias) : [];
  };

  it('is its key', () => expect(keysOf(...issued)).toEqual([issuerKeyId]));

  it('is a successor that may have come to life', () => {
    expect(keysOf(...issued, leaseRotationStarted, successorSealed)).toEqual([secondKeyId, issuerKeyId]);
    const requested = { ...leaseKeyRequested, data: { ...leaseKeyRequested.data, generation: 2 } };
    expect(keysOf(...issued, leaseRotationStarted, requested)).toEqual([`${leaseId}-g2`, issuerKeyId]);
  });

  it('is the key in its grace period', () =>
    expect(keysOf(...issued, leaseRotationStarted, successorSealed, leaseRotated)).toEqual([issuerKeyId, secondKeyId]));

  it('is the key of a lease that failed, when it may exist', () => {
    expect(keysOf(leaseStarted, leaseKeySealed, leaseIssueFailed)).toEqual([issuerKeyId]);
    expect(keysOf(leaseStarted, leaseKeyRequested, leaseIssueFailed)).toEqual([`${leaseId}-g1`]);
    expect(keysOf(leaseStarted)).toEqual([]);
  });
});

describe('FinishEnding', () => {
  it('is accepted when no key is left', () =>
    given(...ending, firstKeyDiscarded)
      .when(finishEnding)
      .then(leaseRevoked));

  it('is ignored while keys are left, and when it is done', () => {
    given(...ending)
      .when(finishEnding)
      .thenIgnored();
    given(...ended)
      .when(finishEnding)
      .thenIgnored();
  });

  it('says of an expired lease that it has expired', () =>
    given(...issued, leaseExpiryStarted, firstKeyDiscarded)
      .when({ ...finishEnding, data: { leaseId, now: leaseExpired.data.expiredAt } })
      .then(leaseExpired));
});

describe('ExpireLease', () => {
  it('is accepted when the time is over, and ignored before', () => {
    given(...issued)
      .when(expireLease)
      .then(leaseExpiryStarted);
    given(...issued)
      .when({ ...expireLease, data: { leaseId, now: '2026-12-21T08:00:01.999Z' } })
      .thenIgnored();
  });

  it('is ignored for a lease that ends, and refused for one without a key', () => {
    given(...ending)
      .when(expireLease)
      .thenIgnored();
    given(leaseStarted).when(expireLease).thenRefused('lease-not-issued');
  });
});

describe('a retry of a lease that was revoked before it had a key', () => {
  it('fails, so that the request behind it does not wait, and changes nothing else', () => {
    const history = [leaseStarted, failedByRevocation, leaseRevocationStarted, leaseRevoked] as const;
    const message = 'The lease was revoked before it had a key; request a new one';
    const failedAt = retryLease.data.now;
    const again: LeaseEvent = {
      ...failedByRevocation,
      data: { ...failedByRevocation.data, message, mayExistAtIssuer: false, failedAt },
    };
    given(...history)
      .when(retryLease)
      .then(again);
    expect(after(...history, again)).toEqual({ ...after(...history), changedAt: failedAt });
  });
});

describe('a lease that ends', () => {
  it('takes no key and no retry any more', () => {
    for (const history of [ending, ended]) {
      given(...history)
        .when(recordKeyIssued)
        .thenIgnored();
      given(...history)
        .when(retryLease)
        .thenIgnored();
    }
  });

  it('says once why it does not come to an end', () => {
    given(...ending)
      .when(recordEndingDelayed)
      .then(leaseEndingDelayed);
    given(...ending, leaseEndingDelayed)
      .when(recordEndingDelayed)
      .thenIgnored();
    expect(after(...ending, leaseEndingDelayed, firstKeyDiscarded)).toMatchObject({ delay: undefined });
  });

  it('ends each key once', () => {
    const discard = {
      ...recordKeyDiscarded,
      data: { ...recordKeyDiscarded.data, now: firstKeyDiscarded.data.discardedAt },
    };
    given(...ending)
      .when(discard)
      .then(firstKeyDiscarded);
    given(...ending, firstKeyDiscarded)
      .when(discard)
      .thenIgnored();
  });
});

describe('a key that only a person can end', () => {
  const waiting = [...ending, leaseKeyEndRequested] as const;

  it('is asked for once, and the lease waits for the confirmation', () => {
    given(...ending)
      .when(recordKeyEndRequested)
      .then(leaseKeyEndRequested);
    given(...waiting)
      .when(recordKeyEndRequested)
      .thenIgnored();
    given(...waiting)
      .when(finishEnding)
      .thenIgnored();
  });

  it('is gone when that person says so', () => {
    given(...waiting)
      .when(confirmKeyEnded)
      .then(leaseKeyEndConfirmed);
    given(...waiting, leaseKeyEndConfirmed)
      .when(finishEnding)
      .then(leaseRevoked);
    given(...ended)
      .when(confirmKeyEnded)
      .thenIgnored();
  });

  it('is not taken for gone when nobody was asked to end it', () => {
    given(...ending)
      .when(confirmKeyEnded)
      .thenRefused('key-not-requested');
    given(...issued)
      .when(confirmKeyEnded)
      .thenRefused('key-not-found');
  });
});
