import { describe, expect, it } from '@jest/globals';
import { specify } from '@keyledger/event-sourcing/testing';
import { lease } from './lease.decider.ts';
import {
  issuerKeyId,
  leaseId,
  leaseIssued,
  leaseIssueFailed,
  leaseKeySealed,
  leaseStarted,
  retryLease,
  secondGenerationStarted,
} from './lease.examples.ts';
import { leaseRevocationStarted } from './lease.ending.examples.ts';
import { custodianAsked, issued, leaseKeyLost, leaseKeyRequested } from './lease.making.examples.ts';
import { leaseRotationStarted, successorSealed } from './lease.rotation.examples.ts';

const given = specify(lease.decider);
const now = leaseKeyRequested.data.requestedAt;
const mask = leaseKeySealed.data.mask;

describe('RecordKeyRequested', () => {
  const requested = {
    type: 'RecordKeyRequested',
    data: { leaseId, generation: 1, keysFrom: 'issuer', now },
  } as const;

  it('is accepted once, so that the issuer is asked once under one alias', () => {
    given(leaseStarted).when(requested).then(leaseKeyRequested);
    given(leaseStarted, leaseKeyRequested).when(requested).thenIgnored();
  });

  it('is ignored when the key is sealed, and for another generation', () => {
    given(leaseStarted, leaseKeyRequested, leaseKeySealed).when(requested).thenIgnored();
    given(leaseStarted, leaseKeyRequested, leaseKeyLost).when(requested).thenIgnored();
  });

  it('is accepted for the successor in a rotation', () =>
    given(...issued, leaseRotationStarted)
      .when({ ...requested, data: { ...requested.data, generation: 2 } })
      .then({
        type: 'LeaseKeyRequested',
        data: { ...leaseKeyRequested.data, generation: 2, alias: `${leaseId}-g2` },
      }));

  it('is refused for a lease that does not exist', () => given().when(requested).thenRefused('lease-not-found'));
});

describe('RecordKeyLost', () => {
  const lost = { type: 'RecordKeyLost', data: { leaseId, generation: 1, now: leaseKeyLost.data.lostAt } } as const;

  it('begins anew under another alias when an issuer made a key that nobody has', () =>
    given(leaseStarted, leaseKeyRequested).when(lost).then(leaseKeyLost));

  it('is ignored when the issuer was not asked, or another generation was begun', () => {
    given(leaseStarted).when(lost).thenIgnored();
    given(leaseStarted, leaseKeyRequested, leaseKeyLost).when(lost).thenIgnored();
    given(leaseStarted, custodianAsked).when(lost).thenIgnored();
  });
});

describe('a key that is sealed later than its generation', () => {
  it('says which version of the secret it is', () =>
    given(leaseStarted, leaseKeyRequested, leaseKeyLost)
      .when({ type: 'RecordKeySealed', data: { leaseId, generation: 2, issuerKeyId, mask, version: 1, now } })
      .then({
        type: 'LeaseKeySealed',
        data: { ...leaseKeySealed.data, generation: 2, version: 1, sealedAt: now },
      }));

  it('is the key that counts when it is issued', () => {
    const history = [
      leaseStarted,
      leaseKeyRequested,
      leaseKeyLost,
      { ...leaseKeySealed, data: { ...leaseKeySealed.data, generation: 2, version: 1 } },
      { ...leaseIssued, data: { ...leaseIssued.data, generation: 2, alias: `${leaseId}-g2` } },
    ];
    const state = history.reduce(lease.decider.evolve, lease.decider.initialState);
    expect(state).toMatchObject({ status: 'issued', generation: 2, key: { issuerKeyId, version: 1 }, nextVersion: 2 });
  });
});

describe('a retry of a lease whose issuer makes the keys', () => {
  it('begins anew under another alias when a key may have been made', () =>
    given(leaseStarted, leaseKeyRequested, leaseIssueFailed).when(retryLease).then(secondGenerationStarted));

  it('keeps the alias when the issuer said no', () => {
    const refused = {
      ...leaseIssueFailed,
      data: { ...leaseIssueFailed.data, cause: 'order-refused' as const, mayExistAtIssuer: false },
    };
    given(leaseStarted, leaseKeyRequested, refused)
      .when(retryLease)
      .then({
        ...secondGenerationStarted,
        data: { ...secondGenerationStarted.data, generation: 1, alias: `${leaseId}-g1` },
      });
  });
});

describe('HandInKey', () => {
  const handIn = {
    type: 'HandInKey',
    data: { leaseId, issuerKeyId, mask, now: leaseKeySealed.data.sealedAt },
  } as const;

  it('is accepted while a custodian is asked for the key', () =>
    given(leaseStarted, custodianAsked).when(handIn).then(leaseKeySealed));

  it('is ignored when the same key was handed in', () =>
    given(leaseStarted, custodianAsked, leaseKeySealed).when(handIn).thenIgnored());

  it('is refused when nobody asked a custodian, or the task is done', () => {
    given(leaseStarted).when(handIn).thenRefused('key-not-requested');
    given(leaseStarted, leaseKeyRequested).when(handIn).thenRefused('key-not-requested');
    given(leaseStarted, custodianAsked, { ...successorSealed, data: { ...successorSealed.data, generation: 1 } })
      .when(handIn)
      .thenRefused('key-not-requested');
    given(...issued)
      .when(handIn)
      .thenRefused('key-not-requested');
  });

  it('is refused when the lease was revoked meanwhile', () =>
    given(leaseStarted, custodianAsked, leaseRevocationStarted).when(handIn).thenRefused('lease-ended'));
});
