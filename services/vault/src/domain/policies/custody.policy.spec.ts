import { expect, it } from '@jest/globals';
import type { Actor } from '@keyledger/event-sourcing';
import { mayManage } from './custody.policy.ts';

const ada: Actor = { kind: 'user', id: 'ada@example.com', proof: 'session', roles: ['member'] };
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
