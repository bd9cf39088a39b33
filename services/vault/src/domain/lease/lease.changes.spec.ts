import { describe, expect, it } from '@jest/globals';
import { specify } from '@keyledger/event-sourcing/testing';
import { lease } from './lease.decider.ts';
import { leaseIssueFailed, leaseStarted } from './lease.examples.ts';
import {
  changeLeaseLimits,
  leaseChangeFailed,
  leaseLimitsChanged,
  leaseLimitsChangeStarted,
  leaseRenewalStarted,
  leaseRenewed,
  leaseResumed,
  leaseResumptionStarted,
  leaseSuspended,
  leaseSuspensionStarted,
  otherChangeId,
  recordChangeFailed,
  recordLeaseChanged,
  renewLease,
  resumeLease,
  suspendLease,
} from './lease.changes.examples.ts';
import { leaseRevocationStarted, leaseRevoked } from './lease.ending.examples.ts';
import { issued } from './lease.making.examples.ts';
import { leaseRotationStarted } from './lease.rotation.examples.ts';

const given = specify(lease.decider);
const suspended = [...issued, leaseSuspensionStarted, leaseSuspended];

const changes = [
  ['RenewLease', renewLease],
  ['ChangeLeaseLimits', changeLeaseLimits],
  ['SuspendLease', suspendLease],
] as const;

describe.each(changes)('%s', (_name, command) => {
  it('is refused while there is no key, or none any more', () => {
    given().when(command).thenRefused('lease-not-found');
    given(leaseStarted).when(command).thenRefused('lease-not-issued');
    given(leaseStarted, leaseIssueFailed).when(command).thenRefused('lease-not-issued');
    given(...issued, leaseRevocationStarted)
      .when(command)
      .thenRefused('lease-ended');
    given(...issued, leaseRevocationStarted, leaseRevoked)
      .when(command)
      .thenRefused('lease-ended');
  });

  it('is refused while another change or a rotation is under way', () => {
    const other = { ...leaseResumptionStarted };
    given(...issued, other)
      .when(command)
      .thenRefused('change-in-progress');
    given(...issued, leaseRotationStarted)
      .when(command)
      .thenRefused('change-in-progress');
  });

  it('is ignored when it was asked for before, also when it failed', () => {
    given(...issued, leaseRenewalStarted)
      .when(command)
      .thenIgnored();
    given(...issued, leaseRenewalStarted, leaseChangeFailed)
      .when(command)
      .thenIgnored();
  });
});

describe('a renewal', () => {
  it('is an intent, then an outcome with the time that the issuer says', () => {
    given(...issued)
      .when(renewLease)
      .then(leaseRenewalStarted);
    given(...issued, leaseRenewalStarted)
      .when({ ...recordLeaseChanged, data: { ...recordLeaseChanged.data, expiresAt: leaseRenewed.data.expiresAt } })
      .then(leaseRenewed);
    given(...issued, leaseRenewalStarted)
      .when(recordLeaseChanged)
      .then({ ...leaseRenewed, data: { ...leaseRenewed.data, expiresAt: renewLease.data.expiresAt } });
  });

  it('into the past is refused', () =>
    given(...issued)
      .when({ ...renewLease, data: { ...renewLease.data, expiresAt: renewLease.data.now } })
      .thenRefused('expiry-in-the-past'));

  it('moves the expiry', () => {
    const history = [...issued, leaseRenewalStarted, leaseRenewed];
    expect(history.reduce(lease.decider.evolve, lease.decider.initialState)).toMatchObject({
      expiresAt: leaseRenewed.data.expiresAt,
      change: undefined,
    });
  });
});

describe('a change of limits', () => {
  it('is an intent, then an outcome', () => {
    given(...issued)
      .when(changeLeaseLimits)
      .then(leaseLimitsChangeStarted);
    given(...issued, leaseLimitsChangeStarted)
      .when(recordLeaseChanged)
      .then(leaseLimitsChanged);
  });

  it('changes what is given and keeps the rest', () => {
    const { budget: _kept, modelIds: _too, ...data } = leaseLimitsChanged.data;
    const history = [...issued, leaseLimitsChangeStarted, { ...leaseLimitsChanged, data }];
    expect(history.reduce(lease.decider.evolve, lease.decider.initialState)).toMatchObject({
      terms: { modelIds: ['gpt-4o-mini'], budget: { maxUsd: 25, period: '30d' }, softBudgetUsd: 40 },
    });
  });
});

describe('a suspension', () => {
  it('is an intent, then an outcome', () => {
    given(...issued)
      .when(suspendLease)
      .then(leaseSuspensionStarted);
    given(...issued, leaseSuspensionStarted)
      .when(recordLeaseChanged)
      .then(leaseSuspended);
  });

  it('of a suspended lease is ignored', () =>
    given(...suspended)
      .when({ ...suspendLease, data: { ...suspendLease.data, changeId: otherChangeId } })
      .thenIgnored());

  it('ends with its resumption', () => {
    given(...suspended)
      .when(resumeLease)
      .then(leaseResumptionStarted);
    given(...suspended, leaseResumptionStarted)
      .when({ ...recordLeaseChanged, data: { ...recordLeaseChanged.data, changeId: otherChangeId } })
      .then(leaseResumed);
  });

  it('does not hinder a renewal', () =>
    given(...suspended)
      .when({ ...renewLease, data: { ...renewLease.data, changeId: otherChangeId } })
      .then({ ...leaseRenewalStarted, data: { ...leaseRenewalStarted.data, changeId: otherChangeId } }));

  it('that is over leaves the lease as it was', () => {
    const before = issued.reduce(lease.decider.evolve, lease.decider.initialState);
    const { changedAt, handledIds, ...after } = [...suspended, leaseResumptionStarted, leaseResumed].reduce(
      lease.decider.evolve,
      lease.decider.initialState,
    ) as Record<string, unknown>;
    expect(before).toMatchObject(after);
    expect([changedAt, handledIds]).not.toContain(undefined);
  });
});

describe('ResumeLease', () => {
  it('is refused for a lease that is not suspended', () =>
    given(...issued)
      .when(resumeLease)
      .thenRefused('not-suspended'));
});

describe('a change that the issuer does not make', () => {
  it('fails with its cause', () =>
    given(...issued, leaseRenewalStarted)
      .when(recordChangeFailed)
      .then(leaseChangeFailed));

  it('leaves the lease as it was', () => {
    const before = issued.reduce(lease.decider.evolve, lease.decider.initialState);
    const after = [...issued, leaseRenewalStarted, leaseChangeFailed].reduce(
      lease.decider.evolve,
      lease.decider.initialState,
    );
    expect(after).toEqual({
      ...before,
      handledIds: [renewLease.data.changeId],
      changedAt: leaseChangeFailed.data.failedAt,
    });
  });
});

describe('the outcome of a change', () => {
  it.each([
    ['when it has one', [...issued, leaseRenewalStarted, leaseRenewed]],
    ['when the lease was revoked meanwhile', [...issued, leaseRenewalStarted, leaseRevocationStarted]],
    ['of another change', [...issued, leaseResumptionStarted]],
  ])('is ignored %s', (_when, history) => {
    given(...history)
      .when(recordLeaseChanged)
      .thenIgnored();
    given(...history)
      .when(recordChangeFailed)
      .thenIgnored();
  });
});
