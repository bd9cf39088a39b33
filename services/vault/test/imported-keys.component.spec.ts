import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { newId } from '@keyledger/event-sourcing';
import { applicationPrincipal, type Principal } from '@keyledger/messaging';
import { SecretBytes } from '@keyledger/secrets';
import { sealImportedKey } from '../src/application/commands/seal-imported-key.handler.ts';
import { ada } from './people.ts';
import { asking, newRecipient, submissionOf } from './vault-client.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

const CANARY = 'sk-canary-Qm9vZ3VzS2V5Rm9yVGVzdHM';

describe('a key that was taken over from another system', () => {
  const secretId = newId();
  let outside: Outside;
  let vault: Replica;

  beforeEach(async () => {
    outside = new Outside();
    vault = await outside.replica();
    const intake = sealImportedKey({ eventStore: outside.eventStore, sealer: vault.sealer, clock: outside.clock });
    const place = { secretId, owner: ada.id, label: 'From OpenHands' };
    expect(await intake.take(SecretBytes.fromText(CANARY), place)).toBe('sealed');
  });

  const checkOut = async (principal: Principal): Promise<string> => {
    const recipient = newRecipient();
    const wish = { secretId, grantId: randomUUID(), purpose: 'checkout' as const, recipientKey: recipient.publicKey };
    const reply = await vault.client.RevealSecret(wish, asking(principal));
    return reply.outcome === 'refused' ? reply.code : recipient.open(reply.result.jwe);
  };

  it('is checked out by its owner, and by nobody else', async () => {
    expect(await checkOut(ada)).toBe(CANARY);
    expect(await checkOut({ ...ada, id: 'mallory@example.com' })).toBe('not-permitted');
  });

  it('is granted, replaced and shredded by its owner like one that was handed in', async () => {
    const serviceTokenId = newId();
    const grant = (principal: Principal) => vault.client.GrantCheckout({ secretId, serviceTokenId }, asking(principal));
    expect(await grant({ ...ada, id: 'mallory@example.com' })).toMatchObject({ code: 'secret-not-found' });
    expect(await grant(ada)).toMatchObject({ outcome: 'accepted' });
    expect(await checkOut(applicationPrincipal(serviceTokenId))).toBe(CANARY);
    const submission = await submissionOf(vault.client, `${CANARY}2`, ada);
    expect(await vault.client.ReplaceSecret({ secretId, submission }, asking(ada))).toMatchObject({
      outcome: 'accepted',
      result: { version: 2, origin: 'submitted' },
    });
    expect(await vault.client.ShredSecret({ secretId, scope: 'whole' }, asking(ada))).toMatchObject({
      outcome: 'accepted',
    });
    expect(await checkOut(ada)).toBe('secret-shredded');
  });
});
