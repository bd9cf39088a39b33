import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { VerifyServiceToken } from '@keyledger/contracts-registry';
import { AppError } from '@keyledger/errors';
import { FakeSecrets } from './fake-secrets.ts';
import { FakeServiceTokens } from './fake-service-tokens.ts';
import { basic, type Harness, startGateway } from './gateway.harness.ts';

const ISSUE = `mutation ($input: IssueServiceTokenInput!) {
  issueServiceToken(input: $input) {
    __typename
    ... on IssueServiceTokenSuccess { token serviceToken { serviceTokenId name issuedAt expiresAt revokedAt } }
    ... on Error { code }
  }
}`;
const REVOKE = `mutation ($input: RevokeServiceTokenInput!) {
  revokeServiceToken(input: $input) {
    __typename
    ... on RevokeServiceTokenSuccess { serviceToken { revokedAt } }
    ... on Error { code }
  }
}`;
const LIST = '{ serviceTokens { edges { node { serviceTokenId name } } } }';
const VIEWER = '{ viewer { name roles proof } }';
const GRANT = `mutation ($input: GrantCheckoutInput!) {
  grantCheckout(input: $input) {
    __typename ... on GrantCheckoutSuccess { secret { checkoutGrants { serviceTokenId grantedAt } } } ... on Error { code }
  }
}`;
const TAKE_BACK = `mutation ($input: RevokeCheckoutGrantInput!) {
  revokeCheckoutGrant(input: $input) {
    __typename ... on RevokeCheckoutGrantSuccess { secret { checkoutGrants { serviceTokenId } } } ... on Error { code }
  }
}`;
const REVEAL = `mutation ($input: RevealSecretInput!) {
  revealSecret(input: $input) { __typename ... on RevealSecretSuccess { plaintext } ... on Error { code } }
}`;

const CANARY = 'sk-canary-c0ffee0d2c4b6a89-KEYLEDGER';

describe('service tokens', () => {
  let gateway: Harness;
  let tokens: FakeServiceTokens;
  let token: string;
  let serviceTokenId: string;

  beforeAll(async () => {
    gateway = await startGateway({ TRUST_PROXY: '1' });
  });
  afterAll(() => gateway.close());

  const run = async (query: string, input: object, headers: Record<string, string> = basic()) => {
    const { data, errors } = await gateway.graphql(query, { input }, headers);
    return { ...Object.values((data ?? {}) as Record<string, Record<string, unknown>>)[0], errors };
  };
  const bearer = (text = token): Record<string, string> => ({ authorization: `Bearer ${text}` });

  beforeEach(async () => {
    tokens = new FakeServiceTokens();
    tokens.answer(gateway.services.requestReply);
    const { data } = await gateway.graphql(ISSUE, { input: { name: 'Evaluation' } }, basic());
    token = data.issueServiceToken.token;
    serviceTokenId = data.issueServiceToken.serviceToken.serviceTokenId;
  });

  it('are shown once, when they are issued, and nobody else learns more than their digest', async () => {
    expect(token).toMatch(/^keyledger_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$/);
    await gateway.graphql(VIEWER, {}, bearer());
    const { data } = await gateway.graphql(LIST, {}, basic());
    expect(data.serviceTokens.edges).toEqual([{ node: { serviceTokenId, name: 'Evaluation' } }]);
    expect(JSON.stringify(tokens.received)).not.toContain(token.slice(-43));
    expect(gateway.logged()).not.toContain(token.slice(-43));
    expect(
      gateway
        .answered()
        .split('\n')
        .filter((answer) => answer.includes(token)),
    ).toHaveLength(1);
  });

  it('let an application in, without any role', async () => {
    const { data } = await gateway.graphql(VIEWER, {}, bearer());
    expect(data.viewer).toEqual({ name: `service-token:${serviceTokenId}`, roles: [], proof: 'service-token' });
    const verified = tokens.received.at(-1);
    expect(verified?.caller.principal.id).toBe('service:gateway');
    expect(await run(ISSUE, { name: 'Mine' }, bearer())).toMatchObject({ code: 'not-an-administrator' });
    expect(await run(REVOKE, { serviceTokenId }, bearer())).toMatchObject({ code: 'not-an-administrator' });
  });

  it('let nobody in after they were revoked', async () => {
    expect(await run(REVOKE, { serviceTokenId })).toMatchObject({ serviceToken: { revokedAt: expect.any(String) } });
    const { errors } = await gateway.graphql(VIEWER, {}, { ...bearer(), 'x-forwarded-for': '192.0.2.1' });
    expect(errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
    expect(await run(REVOKE, { serviceTokenId: randomUUID() })).toMatchObject({ code: 'service-token-not-found' });
  });

  it('let nobody in when their time is over, and say so', async () => {
    const expiresAt = '2026-11-28T08:00:00.000Z';
    const { data } = await gateway.graphql(ISSUE, { input: { name: 'Short', expiresAt } }, basic());
    expect(data.issueServiceToken.serviceToken).toMatchObject({ expiresAt });
    const headers = { ...bearer(data.issueServiceToken.token), 'x-forwarded-for': '192.0.2.3' };
    expect((await gateway.graphql(VIEWER, {}, headers)).errors).toEqual([]);
    tokens.now = expiresAt;
    const { errors } = await gateway.graphql(VIEWER, {}, headers);
    expect(errors[0]?.extensions).toMatchObject({
      code: 'UNAUTHENTICATED',
      detail: { reason: 'service-token-expired', expiredAt: expiresAt },
    });
    expect(await run(ISSUE, { name: 'Over', expiresAt: '2026-11-20T08:00:00.000Z' })).toMatchObject({
      code: 'expiry-in-the-past',
    });
  });

  it('let nobody in when they are wrong, and slow down whoever tries many', async () => {
    const attempt = async (number: number) => {
      const wrong = `${token.slice(0, -3)}${String(number).padStart(3, '0')}`;
      const { errors } = await gateway.graphql(VIEWER, {}, { ...bearer(wrong), 'x-forwarded-for': '192.0.2.2' });
      return errors[0]?.extensions['code'];
    };
    const codes: unknown[] = [];
    for (let number = 0; number < 9; number += 1) codes.push(await attempt(number));
    expect(codes.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 'UNAUTHENTICATED'));
    expect(codes.at(-1)).toBe('RATE_LIMITED');
  });

  it('let nobody in while the registry cannot be asked', async () => {
    gateway.services.fail(VerifyServiceToken, new AppError('unavailable', 'The registry does not answer'));
    const { errors } = await gateway.graphql(VIEWER, {}, bearer());
    expect(errors[0]?.extensions['code']).toBe('UNAVAILABLE');
  });

  it('start no browser session', async () => {
    const response = await gateway.fetch('/api/session', { method: 'POST', headers: bearer() });
    expect(response.status).not.toBe(200);
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it('check out a secret that is granted to them, until that is taken back', async () => {
    const secrets = new FakeSecrets();
    await secrets.answer(gateway.services.requestReply);
    const SEAL = `mutation ($input: SealSecretInput!) {
      sealSecret(input: $input) { ... on SealSecretSuccess { secret { id } } }
    }`;
    const sealed = await gateway.graphql(SEAL, { input: { label: 'x', value: CANARY, owner: 'system' } }, basic());
    const secretId = sealed.data.sealSecret.secret.id;
    const checkOut = () => run(REVEAL, { secretId, grantId: randomUUID(), purpose: 'CHECKOUT' }, bearer());
    expect(await checkOut()).toMatchObject({ __typename: 'NotPermittedError' });
    expect(await run(GRANT, { secretId, serviceTokenId })).toMatchObject({
      secret: { checkoutGrants: [{ serviceTokenId }] },
    });
    expect(await checkOut()).toMatchObject({ plaintext: CANARY });
    expect(await run(TAKE_BACK, { secretId, serviceTokenId })).toMatchObject({ secret: { checkoutGrants: [] } });
    expect(await checkOut()).toMatchObject({ __typename: 'NotPermittedError' });
    expect(await run(GRANT, { secretId: randomUUID(), serviceTokenId })).toMatchObject({ code: 'secret-not-found' });
  });
});
