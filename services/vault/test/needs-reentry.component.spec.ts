import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { verifySecrets } from '../src/application/key-ring/verify-secrets.ts';
import { keepSecret } from './kept-secret.ts';
import { ada } from './people.ts';
import { admin, asking, delivery, newRecipient, submissionOf } from './vault-client.ts';
import { approvedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

const VALUE = 'sk-canary-Qm9vZ3VzS2V5Rm9yVGVzdHM';

describe('a secret whose wrapped key is damaged', () => {
  let outside: Outside;
  let vault: Replica;
  let damaged: string;
  let other: string;

  const seal = (label: string): Promise<string> => keepSecret(vault.client, ada, VALUE, { label });

  const rowOf = async (secretId: string) => {
    const events = await outside.stored('secret');
    const { data } = events.findLast(({ type, stream }) => type === 'SecretSealed' && stream === `secret-${secretId}`)!;
    return outside.keyRing.rows.get((data as { envelope: { dataKeyId: string } }).envelope.dataKeyId)!;
  };

  /** Once more puts it right. */
  const flipBit = async (secretId: string): Promise<void> => {
    (await rowOf(secretId)).wrapped[20]! ^= 1;
  };

  const reveal = async (secretId: string): Promise<string> => {
    const recipient = newRecipient();
    const wish = { secretId, grantId: randomUUID(), purpose: 'checkout' as const, recipientKey: recipient.publicKey };
    const reply = await vault.client.RevealSecret(wish, asking(ada));
    return reply.outcome === 'refused' ? reply.code : recipient.open(reply.result.jwe);
  };

  const verify = async (): Promise<readonly boolean[]> => {
    const results: boolean[] = [];
    for await (const verified of verifySecrets({ ...outside, sealer: vault.sealer }))
      if ('secretId' in verified) results.push(verified.isReadable);
    return results;
  };

  const isMarked = async (secretId: string): Promise<boolean> =>
    (await vault.client.GetSecret({ secretId }, asking(ada)))?.unreadableSince !== undefined;

  const marks = async () =>
    (await outside.stored('secret'))
      .filter(({ type }) => type === 'SecretFoundUnreadable' || type === 'SecretFoundReadable')
      .map(({ type, data }) => [type, (data as { foundBy: string }).foundBy]);

  beforeEach(async () => {
    outside = new Outside();
    vault = await outside.replica();
    [damaged, other] = [await seal('damaged'), await seal('whole')];
    await flipBit(damaged);
  });

  const found: Readonly<Record<'reveal' | 'rotation' | 'verify', () => Promise<unknown>>> = {
    reveal: () => reveal(damaged),
    rotation: async () => {
      await vault.client.RotateMasterKey({}, asking(admin));
      await vault.rewrap();
      await vault.rewrap();
    },
    verify: () => verify(),
  };

  it.each(['reveal', 'rotation', 'verify'] as const)(
    'is marked as in need of re-entry when the %s finds it, once, and no other is',
    async (finder) => {
      await found[finder]();
      await found[finder]();
      expect(await marks()).toEqual([['SecretFoundUnreadable', finder]]);
      expect([await isMarked(damaged), await isMarked(other)]).toEqual([true, false]);
      expect([await reveal(damaged), await reveal(other)]).toEqual(['secret-unreadable', VALUE]);
      await outside.project();
      const { items } = await vault.client.ListSecrets({ first: 10, needsReentry: true }, asking(ada));
      expect(items.map(({ secretId }) => secretId)).toEqual([damaged]);
    },
  );

  it('is so no longer when the value is entered anew, the same one too', async () => {
    await verify();
    const submission = await submissionOf(vault.client, VALUE, ada);
    const replaced = await vault.client.ReplaceSecret({ secretId: damaged, submission }, asking(ada));
    expect(replaced).toMatchObject({ outcome: 'accepted', result: { version: 2 } });
    expect(await isMarked(damaged)).toBe(false);
    expect(await reveal(damaged)).toBe(VALUE);
    await outside.project();
    expect((await vault.client.ListSecrets({ first: 10, needsReentry: true }, asking(ada))).items).toEqual([]);
    const { versions } = (await vault.client.GetSecret({ secretId: damaged }, asking(ada)))!;
    expect(versions.map(({ unreadableSince }) => unreadableSince !== undefined)).toEqual([true, false]);
  });

  it.each(['reveal', 'verify'] as const)(
    'is so no longer when it opens again, as the %s finds after the key ring was restored',
    async (finder) => {
      await verify();
      await flipBit(damaged);
      await found[finder]();
      expect(await marks()).toEqual([
        ['SecretFoundUnreadable', 'verify'],
        ['SecretFoundReadable', finder],
      ]);
      expect(await isMarked(damaged)).toBe(false);
    },
  );

  it('is not marked when it was shredded', async () => {
    await vault.client.ShredSecret({ secretId: damaged, scope: 'whole' }, asking(ada));
    expect(await verify()).toEqual([true]);
    expect(await marks()).toEqual([]);
  });

  it('is answered so to delivery when it is the key of a lease', async () => {
    const { event, leaseId } = approvedRequest();
    await vault.hear(event);
    await flipBit(leaseId);
    const wish = {
      leaseId,
      grantId: randomUUID(),
      purpose: 'delivery' as const,
      recipientKey: newRecipient().publicKey,
    };
    expect(await vault.client.RevealLease(wish, asking(delivery))).toMatchObject({
      outcome: 'refused',
      code: 'secret-unreadable',
    });
    expect(await marks()).toEqual([['SecretFoundUnreadable', 'reveal']]);
    const types = await outside.storedTypes('secret');
    expect(types).not.toContain('SecretRevealed');
  });

  it('does not keep new secrets from being sealed', async () => {
    await verify();
    expect(await reveal(await seal('new'))).toBe(VALUE);
  });
});
