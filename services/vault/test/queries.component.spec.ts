import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Principal } from '@keyledger/messaging';
import { servicePrincipal } from '@keyledger/messaging';
import { FakeIssuer } from '../src/application/ports/testing/issuer.fake.ts';
import { admin, asking } from './vault-client.ts';
import { type Approved, approvedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

const user = (roles: Principal['roles'], also: Partial<Principal> = {}): Principal => ({
  kind: 'user',
  id: 'somebody',
  roles,
  proof: 'session',
  ...also,
});

describe('asking for a lease', () => {
  let outside: Outside;
  let vault: Replica;
  let request: Approved;

  beforeEach(async () => {
    outside = new Outside();
    vault = await outside.replica();
    request = approvedRequest({ duration: '7d' });
  });

  it('shows everything but the key', async () => {
    await vault.hear(request.event);
    const view = await vault.client.GetLease({ leaseId: request.leaseId }, asking(admin));
    expect(view).toEqual({
      leaseId: request.leaseId,
      requestId: request.requestId,
      status: 'issued',
      issuer: 'litellm',
      owner: 'ada@example.com',
      modelIds: ['gpt-4o-mini'],
      generation: 1,
      alias: `${request.leaseId}-g1`,
      mask: expect.stringMatching(/^sk-.\.\.\..{4}$/),
      startedAt: '2026-11-21T08:00:00.000Z',
      issuedAt: '2026-11-21T08:00:00.000Z',
      expiresAt: expect.any(String),
    });
    for (const key of outside.issuer.seen) expect(JSON.stringify(view)).not.toContain(key);
  });

  it('sees what was just written, without waiting for a read model', async () => {
    expect(await vault.client.FindLeaseByRequest({ requestId: request.requestId }, asking(admin))).toBeNull();
    outside.issuer.failNext('issue', 'before');
    await expect(vault.hear(request.event)).rejects.toThrow();
    expect(await vault.client.FindLeaseByRequest({ requestId: request.requestId }, asking(admin))).toMatchObject({
      status: 'started',
      mask: expect.any(String),
    });
  });

  it('shows why there is no key', async () => {
    outside.issuer.failNext('issue', 'order-refused');
    await vault.hear(request.event);
    const view = await vault.client.GetLease({ leaseId: request.leaseId }, asking(admin));
    expect(view).toMatchObject({
      status: 'failed',
      failure: { cause: 'order-refused', message: 'The fake issuer refuses', failedAt: '2026-11-21T08:00:00.000Z' },
    });
    expect(view).not.toHaveProperty('issuedAt');
  });

  it.each<[string, () => Principal, boolean]>([
    ['an administrator', () => admin, true],
    ['a reviewer', () => user(['reviewer']), true],
    ['an auditor', () => user(['auditor']), true],
    ['another service', () => servicePrincipal('delivery'), true],
    [
      'whoever holds the code of the request',
      () => user(['member'], { proof: 'claim-code', requestId: request.requestId }),
      true,
    ],
    [
      'whoever holds the code of another request',
      () => user(['member'], { proof: 'claim-code', requestId: randomUUID() }),
      false,
    ],
    [
      'a member who names the request without its code',
      () => user(['member'], { requestId: request.requestId }),
      false,
    ],
    [
      'somebody who typed the address of the owner',
      () => user(['member'], { id: 'ada@example.com', proof: 'address' }),
      false,
    ],
    ['somebody with the role of an administrator and no proof', () => user(['admin'], { proof: 'address' }), false],
    ['nobody', () => ({ kind: 'anonymous', id: 'anonymous', roles: [], proof: 'address' }), false],
  ])('is answered to %s or not, by lease and by request', async (_who, principal, isAnswered) => {
    await vault.hear(request.event);
    const expected = isAnswered ? expect.objectContaining({ leaseId: request.leaseId }) : null;
    expect(await vault.client.GetLease({ leaseId: request.leaseId }, asking(principal()))).toEqual(expected);
    expect(await vault.client.FindLeaseByRequest({ requestId: request.requestId }, asking(principal()))).toEqual(
      expected,
    );
  });

  it('is answered while the vault is sealed: it needs no key', async () => {
    await vault.hear(request.event);
    const sealed = await outside.replica({ isUnsealed: false });
    expect(await sealed.client.GetLease({ leaseId: request.leaseId }, asking(admin))).toMatchObject({
      status: 'issued',
    });
  });

  it('finds nothing under an unknown id', async () => {
    expect(await vault.client.GetLease({ leaseId: randomUUID() }, asking(admin))).toBeNull();
  });
});

describe('asking for the models of the issuer', () => {
  it.each<[string, Principal]>([
    ['the registry', servicePrincipal('registry')],
    ['an administrator', admin],
  ])('is answered to %s', async (_who, principal) => {
    const { client } = await new Outside().replica();
    expect(await client.ListIssuerModels({}, asking(principal))).toEqual({
      issuer: 'litellm',
      models: [{ id: 'gpt-4o-mini', ownedBy: 'openai', issuer: 'litellm' }],
      outcomes: [{ issuer: 'litellm', outcome: 'listed' }],
    });
  });

  it.each<[string, Principal]>([
    ['another service', servicePrincipal('delivery')],
    ['a reviewer', user(['reviewer'])],
    ['somebody who only says to be an administrator', user(['admin'], { proof: 'address' })],
    ['a member', user(['member'])],
  ])('is forbidden to %s', async (_who, principal) => {
    const { client } = await new Outside().replica();
    await expect(client.ListIssuerModels({}, asking(principal))).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('is unavailable while the issuer does not accept the vault', async () => {
    const outside = new Outside();
    const refusing = new FakeIssuer({ accepts: false });
    outside.issuer.listModels = () => refusing.listModels();
    const { client } = await outside.replica();
    await expect(client.ListIssuerModels({}, asking(admin))).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The fake issuer does not know you',
    });
  });
});
