import { expect, it } from '@jest/globals';
import { leaseLimitsChangeStarted, leaseSuspended, leaseSuspensionStarted } from '../lease/lease.changes.examples.ts';
import { leaseEndingDelayed, leaseRevocationStarted } from '../lease/lease.ending.examples.ts';
import { issued } from '../lease/lease.making.examples.ts';
import { leaseRotated, leaseRotationStarted, successorSealed } from '../lease/lease.rotation.examples.ts';
import { leaseIssueFailed, leaseStarted, issuerKeyId, secondKeyId } from '../lease/lease.examples.ts';
import { lease } from '../lease/lease.decider.ts';
import type { LeaseEvent } from '../lease/lease.messages.ts';
import { ledgerLeaseOf } from './ledger-lease.ts';

const NOW = '2026-11-22T08:00:00.000Z';

const after = (events: readonly LeaseEvent[], now = NOW) => {
  const state = events.reduce(lease.decider.evolve, lease.decider.initialState);
  if (state.status === 'absent') throw new Error('There is no lease');
  const { isAtRest, key, passing } = ledgerLeaseOf(state, now);
  const ids = passing.map((each) => each.issuerKeyId);
  return { isAtRest, key: key?.issuerKeyId, isSuspended: key?.limits.isSuspended, passing: ids };
};

const rotated = [...issued, leaseRotationStarted, successorSealed, leaseRotated];

it.each<[string, readonly LeaseEvent[], string | undefined, object]>([
  ['is being issued is in motion', [leaseStarted], undefined, { isAtRest: false, key: undefined }],
  ['is issued has its key', issued, undefined, { isAtRest: true, key: issuerKeyId, isSuspended: false, passing: [] }],
  ['has failed has none', [leaseStarted, leaseIssueFailed], undefined, { isAtRest: true, key: undefined }],
  ['is being changed is in motion', [...issued, leaseLimitsChangeStarted], undefined, { isAtRest: false }],
  [
    'is suspended has its key, which is blocked',
    [...issued, leaseSuspensionStarted, leaseSuspended],
    undefined,
    { isAtRest: true, key: issuerKeyId, isSuspended: true },
  ],
  ['is being rotated is in motion', [...issued, leaseRotationStarted], undefined, { isAtRest: false }],
  [
    'was rotated has its successor, and the key before may still be there',
    rotated,
    undefined,
    { isAtRest: true, key: secondKeyId, passing: [issuerKeyId] },
  ],
  ['is over is about to end', issued, '2030-01-01T00:00:00.000Z', { isAtRest: false }],
  ['is being revoked is in motion', [...issued, leaseRevocationStarted], undefined, { isAtRest: false }],
  [
    'could not be ended in time is not waited for',
    [...issued, leaseRevocationStarted, leaseEndingDelayed],
    undefined,
    { isAtRest: true, key: undefined, passing: [] },
  ],
])('a lease that %s', (_what, events, now, expected) => {
  expect(after(events, now)).toMatchObject(expected);
});
