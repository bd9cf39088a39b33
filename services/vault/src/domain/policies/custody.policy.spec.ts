import { expect, it } from '@jest/globals';
import type { Actor } from '@keyledger/event-sourcing';
import { mayManage, maySubmit } from './custody.policy.ts';

const ada: Actor = { kind: 'user', id: 'ada@example.com', proof: 'session', roles: ['member'] };
const vault: Actor = { kind: 'service', id: 'service:vault', proof: 'service', roles: ['service'] };
const admin: Actor = { kind: 'user', id: 'admin', proof: 'basic', roles: ['admin'] };

it.each<[string, Actor, string, boolean]>([
  ['an owner', ada, 'ada@example.com', true],
  ['an administrator', admin, 'ada@example.com', true],
  ['an administrator, for the system', admin, 'system', true],
  ['a member, for the system', ada, 'system', false],
  ['somebody else', ada, 'bob@example.com', false],
  ['an owner in other letters', ada, 'Ada@example.com', false],
  ['an owner who only typed the address', { ...ada, proof: 'address' }, 'ada@example.com', false],
  ['an owner with the code of a request', { ...ada, proof: 'claim-code' }, 'ada@example.com', false],
  ['somebody who only says to be an administrator', { ...admin, proof: 'address' }, 'system', false],
  ['an auditor', { ...ada, roles: ['auditor', 'reviewer'] }, 'system', false],
  ['a service', { ...ada, kind: 'service', id: 'service:registry', proof: 'service' }, 'service:registry', false],
  ['nobody', { kind: 'anonymous', id: 'anonymous', proof: 'address', roles: [] }, 'anonymous', false],
])('%s may manage a secret or not', (_who, caller, owner, expected) => {
  expect(mayManage(caller, owner)).toBe(expected);
});

it.each<[string, Actor, string, boolean]>([
  ['an owner', ada, 'ada@example.com', true],
  ['an administrator', admin, 'system', true],
  ['somebody else', ada, 'bob@example.com', false],
  ['the vault, for those whose keys it imports', vault, 'ada@example.com', true],
  ['another service', { ...vault, id: 'service:gateway' }, 'ada@example.com', false],
  ['somebody with the name of the vault', { ...vault, kind: 'user', proof: 'session' }, 'ada@example.com', false],
])('%s may hand in a secret or not', (_who, caller, owner, expected) => {
  expect(maySubmit(caller, owner)).toBe(expected);
});
