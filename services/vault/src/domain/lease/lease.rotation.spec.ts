import { describe, expect, it } from '@jest/globals';
import { specify } from '@keyledger/event-sourcing/testing';
import { lease } from './lease.decider.ts';
import { issuerKeyId, leaseId, leaseStarted, secondKeyId, terms } from './lease.examples.ts';
import { changeId, leaseRenewalStarted, leaseSuspended, leaseSuspensionStarted } from './lease.changes.examples.ts';
import { leaseRevocationStarted } from './lease.ending.examples.ts';
import { issued } from './lease.making.examples.ts';
import {
  leaseKeyRetired,
  leaseKeyRetirementOrdered,
  leaseRotated,
  leaseRotationDelivered,
  leaseRotationFailed,
  leaseRotationStarted,
  recordKeyRetired,
  recordRotationDelivered,
  recordSuccessorFailed,
  recordSuccessorIssued,
  retireKey,
  rotateLease,
  successorSealed,
} from './lease.rotation.examples.ts';
import type { LeaseEvent } from './lease.messages.ts';
import type { Lease } from './lease.state.ts';

const given = specify(lease.decider);
const after = (...events: readonly LeaseEvent[]): Lease =>
  events.reduce(lease.decider.evolve, lease.decider.initialState);
const rotating = [...issued, leaseRotationStarted, successorSealed] as const;
const rotated = [...rotating, leaseRotated] as const;

describe('RotateLease', () => {
  it('begins a successor under a name of its own', () =>
    given(...issued)
      .when(rotateLease)
      .then(leaseRotationStarted));

  it('is ignored when it was asked for before, also when it is over', () => {
    given(...issued, leaseRotationStarted)
      .when(rotateLease)
      .thenIgnored();
    given(...rotated)
      .when(rotateLease)
      .thenIgnored();
    given(...rotating, leaseRotationFailed)
      .when(rotateLease)
      .thenIgnored();
  });

  it('is refused while there is no key, while another change is under way, and for a lease that is suspended or ends', () => {
    given().when(rotateLease).thenRefused('lease-not-found');
    given(leaseStarted).when(rotateLease).thenRefused('lease-not-issued');
    given(...issued, leaseRenewalStarted)
      .when(rotateLease)
      .thenRefused('change-in-progress');
    given(...issued, leaseRotationStarted)
      .when({ ...rotateLease, data: { ...rotateLease.data, rotationId: changeId } })
      .thenRefused('change-in-progress');
    given(...issued, leaseSuspensionStarted, leaseSuspended)
      .when(rotateLease)
      .thenRefused('lease-suspended');
    given(...issued, leaseRevocationStarted)
      .when(rotateLease)
      .thenRefused('lease-ended');
  });

  it('with an expiry in the past is refused', () =>
    given(...issued)
      .when({ ...rotateLease, data: { ...rotateLease.data, expiresAt: rotateLease.data.now } })
      .thenRefused('expiry-in-the-past'));

  it('never uses a generation again, also after one that came to nothing', () => {
    const { expiresAt: _kept, ...data } = rotateLease.data;
    const { expiresAt: _left, ...started } = leaseRotationStarted.data;
    given(...rotating, leaseRotationFailed)
      .when({ ...rotateLease, data: { ...data, rotationId: changeId } })
      .then({
        ...leaseRotationStarted,
        data: { ...started, rotationId: changeId, generation: 3, alias: `${leaseId}-g3` },
      });
  });
});

describe('while the successor is made', () => {
  it('the key before it counts', () =>
    expect(after(...rotating)).toMatchObject({ status: 'issued', generation: 1, key: { issuerKeyId } }));

  it('its confirmation makes it the key that counts, and gives the key before it its grace period', () => {
    given(...rotating)
      .when(recordSuccessorIssued)
      .then(leaseRotated);
    expect(after(...rotated)).toMatchObject({
      status: 'issued',
      generation: 2,
      alias: `${leaseId}-g2`,
      key: { issuerKeyId: secondKeyId, version: 2 },
      expiresAt: leaseRotated.data.expiresAt,
      rotation: undefined,
      retiring: [{ issuerKeyId, generation: 1, endsAt: leaseRotated.data.retiring.endsAt, awaitsDelivery: true }],
    });
  });

  it('it is not confirmed before it lies sealed', () =>
    given(...issued, leaseRotationStarted)
      .when(recordSuccessorIssued)
      .thenRefused('key-not-sealed'));

  it('its failure leaves the key before it untouched, and must not leave the successor alive', () => {
    given(...rotating)
      .when(recordSuccessorFailed)
      .then(leaseRotationFailed);
    expect(after(...rotating, leaseRotationFailed)).toMatchObject({
      generation: 1,
      key: { issuerKeyId },
      rotation: undefined,
      retiring: [],
      discardable: [{ issuerKeyId: secondKeyId, generation: 2 }],
    });
  });

  it('an outcome that comes after another one, or after the lease was revoked, is ignored', () => {
    for (const history of [rotated, [...rotating, leaseRotationFailed], [...rotating, leaseRevocationStarted]])
      for (const command of [recordSuccessorIssued, recordSuccessorFailed])
        given(...history)
          .when(command)
          .thenIgnored();
  });
});

describe('the key before', () => {
  it('waits until its successor was delivered', () => {
    given(...rotated)
      .when(recordRotationDelivered)
      .then(leaseRotationDelivered);
    expect(after(...rotated, leaseRotationDelivered)).toMatchObject({ retiring: [{ awaitsDelivery: false }] });
    given(...rotated, leaseRotationDelivered)
      .when(recordRotationDelivered)
      .thenIgnored();
  });

  it('does not wait when the owner fetches the successor from the vault', () => {
    const checkout = { ...leaseStarted, data: { ...leaseStarted.data, ...terms, delivery: { channel: 'checkout' } } };
    expect(after(checkout, ...rotated.slice(1))).toMatchObject({ retiring: [{ awaitsDelivery: false }] });
  });

  it('is not taken for delivered by the delivery of an earlier key', () =>
    given(...rotated)
      .when({ ...recordRotationDelivered, data: { ...recordRotationDelivered.data, generation: 1 } })
      .thenIgnored());

  it('is retired once', () => {
    given(...rotated, leaseRotationDelivered)
      .when(recordKeyRetired)
      .then(leaseKeyRetired);
    expect(after(...rotated, leaseRotationDelivered, leaseKeyRetired)).toMatchObject({ retiring: [] });
    given(...rotated, leaseRotationDelivered, leaseKeyRetired)
      .when(recordKeyRetired)
      .thenIgnored();
  });
});

describe('RetireKey', () => {
  it('ends a key before the one that counts, although its successor was not delivered and its time is not over', () => {
    given(...rotated)
      .when(retireKey)
      .then(leaseKeyRetirementOrdered);
    expect(after(...rotated, leaseKeyRetirementOrdered)).toMatchObject({
      retiring: [{ generation: 1, awaitsDelivery: false, endsAt: leaseKeyRetirementOrdered.data.orderedAt }],
    });
  });

  it('is ignored when that was ordered, when its time is over anyway, and when the key has ended', () => {
    given(...rotated, leaseKeyRetirementOrdered)
      .when(retireKey)
      .thenIgnored();
    given(...rotated, leaseRotationDelivered)
      .when({ ...retireKey, data: { ...retireKey.data, now: leaseRotated.data.retiring.endsAt } })
      .thenIgnored();
    given(...rotated, leaseKeyRetirementOrdered, leaseKeyRetired)
      .when(retireKey)
      .thenIgnored();
  });

  it('is refused for the key that counts, for none, and for a lease that has no key or ends', () => {
    for (const generation of [2, 3])
      given(...rotated)
        .when({ ...retireKey, data: { ...retireKey.data, generation } })
        .thenRefused('key-not-found');
    given(...issued)
      .when(retireKey)
      .thenRefused('key-not-found');
    given().when(retireKey).thenRefused('lease-not-found');
    given(leaseStarted).when(retireKey).thenRefused('lease-not-issued');
    given(...rotated, leaseRevocationStarted)
      .when(retireKey)
      .thenRefused('lease-ended');
  });

  it('does not wait for a change that is under way', () =>
    given(...rotated, leaseSuspensionStarted)
      .when(retireKey)
      .then(leaseKeyRetirementOrdered));
});
