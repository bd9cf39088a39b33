import { describe, expect, it } from '@jest/globals';
import type { Actor } from '@keyledger/event-sourcing';
import type { Purpose } from '../secret/secret.messages.ts';
import { denialOf, type RevealSubject } from './reveal.policy.ts';

const actor = (id: string, changed: Partial<Actor> = {}): Actor => ({
  kind: 'user',
  id,
  proof: 'session',
  roles: ['member'],
  ...changed,
});
const service = (name: string): Actor =>
  actor(`service:${name}`, { kind: 'service', proof: 'service', roles: ['service'] });

const admin = actor('admin', { proof: 'basic', roles: ['admin'] });
const ada = actor('ada@example.com');

const application = actor('service-token:granted', { kind: 'service', proof: 'service-token', roles: [] });

const checkoutGrants = new Set(['granted']);
const submitted: RevealSubject = { owner: 'ada@example.com', origin: 'submitted', checkoutGrants };
const issued: RevealSubject = { ...submitted, origin: 'issued' };
const reason = 'The registry lost it';

describe('a secret may be obtained', () => {
  it.each<[string, Purpose, Actor, RevealSubject]>([
    ['by delivery, to bring the key of a lease', 'delivery', service('delivery'), issued],
    ['by the vault, to test a connection', 'connection-test', service('vault'), submitted],
    ['by its owner', 'checkout', ada, submitted],
    ['by an application that it is granted to', 'checkout', application, submitted],
    ['by an administrator who says why', 'break-glass', admin, submitted],
    ['by an administrator who says why, the key of a lease as well', 'break-glass', admin, issued],
  ])('%s', (_who, purpose, caller, subject) => {
    expect(denialOf({ caller, purpose, reason }, subject)).toBeUndefined();
  });
});

describe('a secret may not be obtained', () => {
  it.each<[string, Purpose, Actor, RevealSubject | undefined]>([
    ['by delivery, when somebody handed it in', 'delivery', service('delivery'), submitted],
    ['by another service in the name of delivery', 'delivery', service('gateway'), issued],
    ['by an administrator for delivery', 'delivery', admin, issued],
    ['by an administrator for a test', 'connection-test', admin, submitted],
    ['by delivery for a test', 'connection-test', service('delivery'), submitted],
    ['by a user with the name of the vault', 'connection-test', { ...service('vault'), kind: 'user' }, submitted],
    ['by somebody else', 'checkout', actor('mallory@example.com'), submitted],
    ['by an administrator who checks it out', 'checkout', admin, submitted],
    ['by an owner who only typed the address', 'checkout', { ...ada, proof: 'address' }, submitted],
    ['by an owner with the code of one request', 'checkout', { ...ada, proof: 'claim-code' }, submitted],
    ['by the owner of a lease without delivery', 'checkout', ada, issued],
    ['by an application without a grant', 'checkout', { ...application, id: 'service-token:other' }, submitted],
    ['by an application that names no token', 'checkout', { ...application, id: 'granted' }, submitted],
    ['by a user with the name of the application', 'checkout', { ...application, kind: 'user' }, submitted],
    ['by an application without its token', 'checkout', { ...application, proof: 'address' }, submitted],
    ['by a service with the name of the application', 'checkout', { ...application, proof: 'service' }, submitted],
    ['by an application, the key of a lease', 'checkout', application, issued],
    ['by an application through the glass', 'break-glass', application, submitted],
    ['by an application in the name of delivery', 'delivery', application, issued],
    ['by anybody when there is none', 'checkout', ada, undefined],
    ['by its owner through the glass', 'break-glass', ada, submitted],
    ['by an auditor', 'break-glass', actor('eve', { roles: ['auditor', 'reviewer'] }), submitted],
    ['by somebody who only says to be an administrator', 'break-glass', { ...admin, proof: 'address' }, submitted],
    ['by a service with the role', 'break-glass', { ...service('delivery'), roles: ['admin'] }, submitted],
  ])('%s', (_who, purpose, caller, subject) => {
    expect(denialOf({ caller, purpose, reason }, subject)).toBe('not-permitted');
  });

  it.each([undefined, '', 'because', '               '])('by an administrator who says %j', (given) => {
    expect(denialOf({ caller: admin, purpose: 'break-glass', reason: given }, submitted)).toBe('reason-missing');
  });
});

describe('the key of a lease that is held for its owner', () => {
  const checkout = (caller: Actor, isHeldForOwner?: boolean) =>
    denialOf({ caller, purpose: 'checkout', isHeldForOwner }, issued);

  it('may be obtained by its owner and by nobody else', () => {
    expect(checkout(ada, true)).toBeUndefined();
    for (const caller of [admin, actor('mallory@example.com'), application, { ...ada, proof: 'address' }])
      expect(checkout(caller, true)).toBe('not-permitted');
  });

  it('may not be obtained when another key counts, or delivery brings it', () => {
    expect(checkout(ada, false)).toBe('not-permitted');
    expect(checkout(ada)).toBe('not-permitted');
  });
});
