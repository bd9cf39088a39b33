import { isAppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import {
  applicationPrincipal,
  type MessageBinding,
  type Principal,
  type ServiceName,
  servicePrincipal,
} from '@keyledger/messaging';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { importJWK, SignJWT } from 'jose';
import { joseSigner } from './jose-signer.ts';
import { joseVerifier } from './jose-verifier.ts';
import { generatePrincipalKeys, type PrincipalKeys } from './key-files.ts';
import { bindingClaims, TOKEN_TYPE } from './principal-token.ts';

const ada: Principal = { kind: 'user', id: 'ada', roles: ['member', 'admin'], proof: 'basic' };
const somebody: Principal = { kind: 'anonymous', id: 'ada@example.org', roles: [], proof: 'address' };
const holder: Principal = { ...somebody, proof: 'claim-code', requestId: newId() };

const binding: MessageBinding = {
  subject: 'keyledger.approval.command.SubmitKeyRequest',
  messageId: newId(),
  body: { email: 'ada@example.org', nested: { b: 1, a: [1, 'ü'] } },
};

describe('a principal token', () => {
  let keys: PrincipalKeys;
  let stranger: PrincipalKeys;
  beforeAll(async () => {
    keys = await generatePrincipalKeys();
    stranger = await generatePrincipalKeys();
  });

  const now = new Date('2026-03-01T10:00:00Z');
  const later = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
  const sign = (service: ServiceName, principal: Principal, bound = binding, signing = keys): Promise<string> =>
    joseSigner({ service, jwk: signing.signing[service], clock: () => now }).sign(principal, bound);
  const verify = (token: string | undefined, bound = binding, at = now): Promise<Principal> =>
    joseVerifier({ trust: keys.trust, clock: () => at }).verify(token, bound);
  const codeOf = (attempt: Promise<unknown>): Promise<string> =>
    attempt.then(
      () => 'accepted',
      (error: unknown) => (isAppError(error) ? error.code : String(error)),
    );

  /** Signed as an attacker with the private key of one service would. */
  const forge = async (service: ServiceName, claims: object, header: object = {}): Promise<string> =>
    new SignJWT({ ...bindingClaims(binding), principal: ada, ...claims })
      .setProtectedHeader({ alg: 'EdDSA', kid: service, typ: TOKEN_TYPE, ...header })
      .setIssuer('iss' in claims ? String(claims.iss) : service)
      .setIssuedAt('iat' in claims ? Number(claims.iat) : now)
      .setExpirationTime('exp' in claims ? Number(claims.exp) : later(30))
      .sign(await importJWK(keys.signing[service], 'EdDSA'));

  it.each([ada, somebody, holder])('carries a person whom the gateway speaks for: %j', async (principal) => {
    expect(await verify(await sign('gateway', principal))).toEqual(principal);
  });

  it('carries a service that speaks for itself', async () => {
    expect(await verify(await sign('delivery', servicePrincipal('delivery')))).toEqual(servicePrincipal('delivery'));
    expect(await verify(await sign('gateway', servicePrincipal('gateway')))).toEqual(servicePrincipal('gateway'));
  });

  it('carries an application whom the gateway speaks for, and which holds no role', async () => {
    const application = applicationPrincipal(newId());
    expect(await verify(await sign('gateway', application))).toEqual(application);
    const claims = [
      { ...application, roles: ['service'] },
      { ...application, roles: ['admin'] },
      { ...application, id: 'service:vault' },
      { ...application, kind: 'user' },
      { ...application, proof: 'service' },
    ];
    for (const principal of claims)
      expect(await codeOf(verify(await forge('gateway', { principal })))).toBe('unauthenticated');
    expect(await codeOf(verify(await forge('delivery', { principal: application })))).toBe('unauthenticated');
  });

  it('holds for a body that was written and read as JSON', async () => {
    const body = JSON.parse(JSON.stringify(binding.body)) as unknown;
    expect(await codeOf(verify(await sign('gateway', ada), { ...binding, body }))).toBe('accepted');
  });

  it('does not hold for another subject, message or body', async () => {
    const token = await sign('gateway', ada);
    for (const other of [
      { ...binding, subject: 'keyledger.approval.command.ApproveKeyRequest' },
      { ...binding, messageId: newId() },
      { ...binding, body: { email: 'eve@example.org', nested: { b: 1, a: [1, 'ü'] } } },
      { ...binding, body: undefined },
    ])
      expect(await codeOf(verify(token, other))).toBe('unauthenticated');
  });

  it('does not hold for ever', async () => {
    const token = await sign('gateway', ada);
    expect(await codeOf(verify(token, binding, later(59)))).toBe('accepted');
    expect(await codeOf(verify(token, binding, later(61)))).toBe('unauthenticated');
  });

  it('holds no longer when its signer wished so, and not before it was signed', async () => {
    const nextYear = { exp: later(365 * 86_400).getTime() / 1000 };
    const patient = await forge('gateway', nextYear);
    expect(await codeOf(verify(patient, binding, later(59)))).toBe('accepted');
    expect(await codeOf(verify(patient, binding, later(61)))).toBe('unauthenticated');
    const ahead = await forge('gateway', { ...nextYear, iat: later(86_400).getTime() / 1000 });
    expect(await codeOf(verify(ahead))).toBe('unauthenticated');
  });

  it('is not accepted when it is missing, no token, or altered', async () => {
    const token = await sign('gateway', ada);
    const [header = '', , signature = ''] = token.split('.');
    const other = JSON.stringify({ ...bindingClaims(binding), principal: ada, iss: 'gateway' });
    for (const bad of [
      undefined,
      '',
      'no token',
      `${token}x`,
      `${header}.${Buffer.from(other).toString('base64url')}.${signature}`,
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${token.split('.')[1]}.`,
    ])
      expect(await codeOf(verify(bad))).toBe('unauthenticated');
  });

  it('is not accepted with a key that is not trusted', async () => {
    expect(await codeOf(verify(await sign('gateway', ada, binding, stranger)))).toBe('unauthenticated');
  });

  it('is not accepted from a service that names another as issuer or as owner of the key', async () => {
    expect(await codeOf(verify(await forge('delivery', { iss: 'gateway' })))).toBe('unauthenticated');
    expect(await codeOf(verify(await forge('delivery', { iss: 'gateway' }, { kid: 'gateway' })))).toBe(
      'unauthenticated',
    );
    expect(await codeOf(verify(await forge('delivery', {}, { kid: undefined })))).toBe('unauthenticated');
  });

  it('is not accepted as another kind of token of the same key', async () => {
    expect(await codeOf(verify(await forge('gateway', {}, { typ: 'JWT' })))).toBe('unauthenticated');
  });

  it.each<[ServiceName, Principal]>([
    ['delivery', ada],
    ['delivery', servicePrincipal('vault')],
    ['delivery', { ...servicePrincipal('delivery'), roles: ['service', 'admin'] }],
    ['gateway', servicePrincipal('delivery')],
    ['gateway', { ...ada, roles: ['admin', 'service'] }],
    ['gateway', { ...ada, proof: 'service' }],
  ])('is not accepted from %s for %j', async (service, principal) => {
    expect(await codeOf(verify(await forge(service, { principal })))).toBe('unauthenticated');
    expect(await codeOf(sign(service, principal))).toBe('forbidden');
  });

  it('is not accepted with claims that are no principal', async () => {
    expect(await codeOf(verify(await forge('gateway', { principal: { ...ada, roles: ['root'] } })))).toBe(
      'unauthenticated',
    );
  });
});
