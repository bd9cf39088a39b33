import { describe, expect, it } from '@jest/globals';
import { hasRole, type Principal, servicePrincipal } from './principal.ts';

const administrator: Principal = { kind: 'user', id: 'ada', roles: ['member', 'admin'], proof: 'session' };

describe('a role', () => {
  it.each(['basic', 'session'] as const)('counts with the proof %s', (proof) => {
    expect(hasRole({ ...administrator, proof }, 'auditor', 'admin')).toBe(true);
    expect(hasRole({ ...administrator, proof }, 'auditor')).toBe(false);
  });

  it('counts for a service that speaks for itself', () => {
    expect(hasRole(servicePrincipal('delivery'), 'service')).toBe(true);
    expect(hasRole(servicePrincipal('delivery'), 'admin')).toBe(false);
  });

  it.each(['address', 'claim-code', 'service-token', 'not-known-yet'])('counts nothing with the proof %s', (proof) => {
    expect(hasRole({ ...administrator, proof: proof as Principal['proof'] }, 'member', 'admin')).toBe(false);
  });
});
