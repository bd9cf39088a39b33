import { describe, expect, it } from '@jest/globals';
import type { Actor } from '@keyledger/event-sourcing';
import { type LeaseAction, leaseDenial } from './lease-custody.policy.ts';

const person = (id: string, roles: readonly string[], proof = 'session'): Actor => ({ kind: 'user', id, proof, roles });

const OWNER = 'ada@example.com';
const owner = person(OWNER, ['member']);
const stranger = person('bob@example.com', ['member']);
const admin = person('admin', ['admin', 'reviewer', 'auditor'], 'basic');
const service: Actor = { kind: 'service', id: 'service:registry', proof: 'service', roles: ['service'] };

const ofOwners: readonly LeaseAction[] = ['suspend', 'rotate', 'retire', 'revoke'];
const ofAdministrators: readonly LeaseAction[] = [
  'issue',
  'renew',
  'change-limits',
  'resume',
  'hand-in',
  'confirm-end',
];
const actions = [...ofOwners, ...ofAdministrators];

describe('what may be done with a lease', () => {
  it.each(actions)('%s: administrators may', (action) => expect(leaseDenial(admin, action, OWNER)).toBeUndefined());

  it.each(ofOwners)('%s: owners may, with their own', (action) =>
    expect(leaseDenial(owner, action, OWNER)).toBeUndefined(),
  );

  it.each(ofAdministrators)('%s: owners may not', (action) =>
    expect(leaseDenial(owner, action, OWNER)).toBe('not-permitted'),
  );

  it.each(actions)('%s: for strangers the lease is not there', (action) =>
    expect(leaseDenial(stranger, action, OWNER)).toBe('lease-not-found'),
  );

  it.each(actions)('%s: those who may look on may not', (action) => {
    for (const watcher of [person('rita', ['reviewer']), person('otto', ['auditor']), service])
      expect(leaseDenial(watcher, action, OWNER)).toBe('not-permitted');
  });

  it.each(actions)(
    '%s: whoever typed the address of the owner, or holds a code of a request, is a stranger',
    (action) => {
      for (const proof of ['address', 'claim-code'])
        expect(leaseDenial(person(OWNER, ['member'], proof), action, OWNER)).toBe('lease-not-found');
    },
  );

  it('an administrator who has not proven it is none', () => {
    expect(leaseDenial(person('admin', ['admin'], 'address'), 'revoke', OWNER)).toBe('not-permitted');
  });

  it('a key that is not there yet is not hidden', () => expect(leaseDenial(stranger, 'issue')).toBe('not-permitted'));
});
