import { describe, expect, it } from '@jest/globals';
import { leaseIssueFailed, leaseIssueRetried, leaseKeySealed, leaseStarted } from '../lease/lease.examples.ts';
import { leaseLimitsChangeStarted } from '../lease/lease.changes.examples.ts';
import { leaseEndingDelayed, leaseRevocationStarted } from '../lease/lease.ending.examples.ts';
import { issued } from '../lease/lease.making.examples.ts';
import {
  leaseRotated,
  leaseRotationDelivered,
  leaseRotationStarted,
  successorSealed,
} from '../lease/lease.rotation.examples.ts';
import { lease } from '../lease/lease.decider.ts';
import type { LeaseEvent } from '../lease/lease.messages.ts';
import { ledgerLeaseOf } from './ledger-lease.ts';

const rotated = [...issued, leaseRotationStarted, successorSealed, leaseRotated];
const inGrace = '2026-11-22T12:00:00.000Z';
const afterGrace = '2026-11-24T08:00:00.000Z';

const told = (history: readonly LeaseEvent[], now = inGrace) => {
  const state = history.reduce(lease.decider.evolve, lease.decider.initialState);
  if (state.status === 'absent') throw new Error('There is no lease');
  return ledgerLeaseOf(state, now);
};

describe('a lease of which a key could not be ended in time', () => {
  it('keeps its keys in their grace period, and those that wait for the delivery of their successor', () => {
    expect(told([...rotated, leaseEndingDelayed]).passing).toHaveLength(1);
    expect(told([...rotated, leaseEndingDelayed], afterGrace).passing).toHaveLength(1);
    expect(told([...rotated, leaseRotationDelivered, leaseEndingDelayed]).passing).toHaveLength(1);
  });

  it('has no excuse for a key whose time is over', () =>
    expect(told([...rotated, leaseRotationDelivered, leaseEndingDelayed], afterGrace).passing).toEqual([]));

  it.each([
    ['while its successor is made', [...rotated, leaseEndingDelayed, { ...leaseRotationStarted }]],
    ['while it is changed', [...rotated, leaseEndingDelayed, leaseLimitsChangeStarted]],
    [
      'while its first key is made',
      [leaseStarted, leaseKeySealed, leaseIssueFailed, leaseEndingDelayed, leaseIssueRetried],
    ],
  ])('is not at rest %s', (_when, history) => expect(told(history).isAtRest).toBe(false));

  it('is not waited for once it ends', () => {
    expect(told([...issued, leaseRevocationStarted]).isAtRest).toBe(false);
    expect(told([...issued, leaseRevocationStarted, leaseEndingDelayed])).toMatchObject({
      isAtRest: true,
      passing: [],
    });
  });
});
