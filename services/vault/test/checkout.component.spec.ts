import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { newId } from '@keyledger/event-sourcing';
import { applicationPrincipal } from '@keyledger/messaging';
import { keepSecret } from './kept-secret.ts';
import { ada } from './people.ts';
import { admin, asking, newRecipient, submissionOf } from './vault-client.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

const CANARY = 'sk-canary-Qm9vZ3VzS2V5Rm9yVGVzdHM';

describe('an application that signed in with a service token', () => {
  const serviceTokenId = newId();
  const application = applicationPrincipal(serviceTokenId);
  let outside: Outside;
  let vault: Replica;
  let secretId: string;

  beforeEach(async () => {
    outside = new Outside();
    vault = await outside.replica();
    secretId = await keepSecret(vault.client, ada, CANARY);
  });

  const grant = (principal = ada) => vault.client.GrantCheckout({ secretId, serviceTokenId }, asking(principal));
  const revoke = () => vault.client.RevokeCheckoutGrant({ secretId, serviceTokenId }, asking(ada));

  const checkOut = (principal = application, recipient = newRecipient(), grantId = randomUUID()) =>
    vault.client.RevealSecret(
      { secretId, grantId, purpose: 'checkout', recipientKey: recipient.publicKey },
      asking(principal),
    );

  const typesOf = async () => (await outside.storedTypes('secret')).slice(1);

  it('checks out what its owner grants it, and nothing before', async () => {
    expect(await checkOut()).toMatchObject({ outcome: 'refused', code: 'not-permitted' });
    expect(await grant()).toMatchObject({ outcome: 'accepted', result: { checkoutGrants: [{ serviceTokenId }] } });
    const recipient = newRecipient();
    const reply = await checkOut(application, recipient);
    if (reply.outcome === 'refused') throw new Error(reply.code);
    expect(await recipient.open(reply.result.jwe)).toBe(CANARY);
    expect(await typesOf()).toEqual(['RevealDenied', 'CheckoutGranted', 'SecretRevealed']);
    const revealed = (await outside.stored('secret')).at(-1);
    expect(revealed).toMatchObject({
      data: { purpose: 'checkout' },
      metadata: { actor: { kind: 'service', id: application.id, proof: 'service-token' } },
    });
  });

  it('is refused from the moment on at which the grant is revoked, at every replica', async () => {
    await grant();
    expect(await checkOut()).toMatchObject({ outcome: 'accepted' });
    const reply = await revoke();
    expect(reply).toMatchObject({ outcome: 'accepted' });
    expect(JSON.stringify(reply)).not.toContain('checkoutGrants');
    expect(await checkOut()).toMatchObject({ code: 'not-permitted' });
    vault = await outside.replica();
    expect(await checkOut()).toMatchObject({ code: 'not-permitted' });
    expect(await revoke()).toMatchObject({ outcome: 'ignored' });
  });

  it('is refused with another token than the one that was granted', async () => {
    await grant(admin);
    expect(await checkOut(applicationPrincipal(newId()))).toMatchObject({ code: 'not-permitted' });
    expect((await typesOf()).at(-1)).toBe('RevealDenied');
  });

  it('obtains a secret once under each one-time grant', async () => {
    await grant();
    const grantId = randomUUID();
    expect(await checkOut(application, newRecipient(), grantId)).toMatchObject({ outcome: 'accepted' });
    expect(await checkOut(application, newRecipient(), grantId)).toMatchObject({ code: 'grant-used' });
  });

  it('sees what it may check out, and when it was replaced; it changes nothing and lists nothing', async () => {
    const get = () => vault.client.GetSecret({ secretId }, asking(application));
    expect(await get()).toBeNull();
    await grant();
    expect(await get()).toMatchObject({ secretId, version: 1 });
    const submission = await submissionOf(vault.client, `${CANARY}2`, ada);
    await vault.client.ReplaceSecret({ secretId, submission }, asking(ada));
    expect(await get()).toMatchObject({ version: 2 });
    await expect(vault.client.ListSecrets({ first: 10 }, asking(application))).rejects.toMatchObject({
      code: 'forbidden',
    });
    const own = await submissionOf(vault.client, CANARY, application);
    const ask = asking(application);
    expect(await vault.client.SealSecret({ label: 'Mine', submission: own }, ask)).toMatchObject({
      code: 'not-permitted',
    });
    expect(await vault.client.ShredSecret({ secretId, scope: 'whole' }, ask)).toMatchObject({
      code: 'secret-not-found',
    });
    expect(await grant(application)).toMatchObject({ code: 'secret-not-found' });
  });

  it('is shown with the secret in lists, rebuilt or not', async () => {
    await grant();
    await outside.project();
    const { items } = await vault.client.ListSecrets({ first: 10 }, asking(ada));
    expect(items).toMatchObject([{ secretId, checkoutGrants: [{ serviceTokenId }] }]);
    expect(items).toEqual([await vault.client.GetSecret({ secretId }, asking(ada))]);
  });
});
