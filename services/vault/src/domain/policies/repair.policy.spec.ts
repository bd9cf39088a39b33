import { expect, it } from '@jest/globals';
import type { Difference } from '../reconciliation/difference.ts';
import { type Repair, repairOf } from './repair.policy.ts';

const known = { issuerKeyId: 'key', leaseId: '2f1d9f0e-6f0a-5f0b-9d9e-0a4b8f5d7c11', generation: 1 };
const everything = { changeable: ['modelIds', 'budget', 'rateLimits', 'expiresAt'], suspends: true } as const;
const nothing = { changeable: [], suspends: false };
const budget = { maxUsd: 25 };

const difference = (kind: Difference['kind'], also: Partial<Difference> = {}): Difference => ({
  differenceId: '5b0c1c3c-5c9e-5d55-8a51-5b1a1f4f2c10',
  kind,
  ...known,
  ...also,
});

it.each<[string, Difference, typeof everything | typeof nothing, Repair]>([
  ['a key nobody knows is ended', difference('unknown-key'), nothing, { kind: 'revoke' }],
  ['a key that should be dead is ended', difference('should-be-dead'), nothing, { kind: 'revoke' }],
  ['a second key is ended', difference('duplicate-alias'), nothing, { kind: 'revoke' }],
  ['a missing key is made anew', difference('missing-key'), everything, { kind: 'rotate' }],
  [
    'limits are put back as the ledger has them',
    difference('limits-changed', { expected: { budget }, found: { budget: { maxUsd: 99 } } }),
    everything,
    { kind: 'reapply', limits: { budget } },
  ],
  [
    'a limit that was taken away is put back',
    difference('limits-changed', { expected: { budget }, found: {} }),
    everything,
    { kind: 'reapply', limits: { budget } },
  ],
  [
    'a block by hand is taken back',
    difference('limits-changed', { expected: { isSuspended: false }, found: { isSuspended: true } }),
    everything,
    { kind: 'reapply', limits: { isSuspended: false } },
  ],
  [
    'a limit that the ledger does not have needs a new key',
    difference('limits-changed', { expected: {}, found: { budget } }),
    everything,
    { kind: 'rotate' },
  ],
  [
    'a limit that the issuer does not let us change needs a new key',
    difference('limits-changed', { expected: { budget }, found: {} }),
    nothing,
    { kind: 'rotate' },
  ],
  [
    'a block at an issuer that has no command for it needs a new key',
    difference('limits-changed', { expected: { isSuspended: false }, found: { isSuspended: true } }),
    nothing,
    { kind: 'rotate' },
  ],
  ['a key that cannot be read, of a lease, is made anew', difference('unreadable'), everything, { kind: 'rotate' }],
  [
    'a key that cannot be read, of nobody, is ended',
    { differenceId: known.leaseId, kind: 'unreadable', issuerKeyId: 'key' },
    everything,
    { kind: 'revoke' },
  ],
])('%s', (_what, given, issuer, expected) => {
  expect(repairOf(given, issuer)).toEqual(expected);
});
