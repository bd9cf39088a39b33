import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { ada } from './people.ts';
import { admin, asking, newRecipient, submissionOf } from './vault-client.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

const DAY_MS = 24 * 60 * 60_000;

describe('what is kept no longer', () => {
  let outside: Outside;
  let vault: Replica;

  beforeEach(async () => {
    outside = new Outside();
    vault = await outside.replica();
  });

  const submission = (value: string) => submissionOf(vault.client, value, ada);

  /** A secret of two versions, of which the second counts. */
  const sealTwo = async (name: string): Promise<string> => {
    const sealed = await vault.client.SealSecret(
      { label: name, submission: await submission(`sk-canary-${name}-first`) },
      asking(ada),
    );
    if (sealed.outcome === 'refused') throw new Error(sealed.code);
    const { secretId } = sealed.result;
    await vault.client.ReplaceSecret({ secretId, submission: await submission(`sk-canary-${name}-2nd`) }, asking(ada));
    return secretId;
  };

  const shredded = async () => (await outside.stored('secret')).filter(({ type }) => type === 'SecretShredded');
  const keysOfSecrets = (): number =>
    [...outside.keyRing.rows.values()].filter(({ purpose }) => purpose === 'secret').length;

  it('is shredded by itself: earlier versions when their time is over, and the version that counts never', async () => {
    const secretId = await sealTwo('a');
    outside.advance(29 * DAY_MS);
    await vault.shredExpired();
    expect(await shredded()).toEqual([]);
    const before = keysOfSecrets();
    outside.advance(2 * DAY_MS);
    await vault.shredExpired();
    expect(await shredded()).toMatchObject([
      { data: { secretId, versions: [1], isWhole: false }, metadata: { actor: { id: 'service:vault' } } },
    ]);
    expect(keysOfSecrets()).toBe(before - 1);
    const wish = { secretId, grantId: randomUUID(), purpose: 'checkout' as const };
    const reveal = (version: number) =>
      vault.client.RevealSecret({ ...wish, version, recipientKey: newRecipient().publicKey }, asking(ada));
    expect(await reveal(1)).toMatchObject({ code: 'secret-shredded' });
    expect(await reveal(2)).toMatchObject({ outcome: 'accepted' });
    outside.advance(365 * DAY_MS);
    await vault.shredExpired();
    expect(await shredded()).toHaveLength(1);
  });

  it('is shredded once, however many replicas begin at once and however late the read model is', async () => {
    await Promise.all(['a', 'b', 'c'].map(sealTwo));
    outside.advance(31 * DAY_MS);
    const replicas = [vault, await outside.replica(), await outside.replica()];
    await outside.project();
    await Promise.all(replicas.map((replica) => replica.shredExpired()));
    await vault.shredExpired();
    expect(await shredded()).toHaveLength(3);
  });

  it('counts from the moment on at which a version was replaced; restored in time it stays', async () => {
    const secretId = await sealTwo('a');
    outside.advance(29 * DAY_MS);
    await vault.client.RestoreSecret({ secretId, version: 1 }, asking(ada));
    outside.advance(2 * DAY_MS);
    await vault.shredExpired();
    expect(await shredded()).toEqual([]);
    outside.advance(29 * DAY_MS);
    await vault.shredExpired();
    expect(await shredded()).toMatchObject([{ data: { versions: [2] } }]);
  });

  it('is shredded while the vault is sealed as well', async () => {
    await sealTwo('a');
    outside.advance(31 * DAY_MS);
    await (await outside.replica({ isUnsealed: false })).shredExpired();
    expect(await shredded()).toHaveLength(1);
  });

  it('is everything under a submission key that was replaced, as soon as that is accepted no longer', async () => {
    const old = await submission('sk-canary-handed-in-late');
    await vault.client.RotateSubmissionKey({}, asking(admin));
    const before = keysOfSecrets();
    await vault.shredExpired();
    expect(keysOfSecrets()).toBe(before);
    outside.advance(10 * 60_000);
    await vault.shredExpired();
    expect(keysOfSecrets()).toBe(before - 1);
    expect(await outside.storedTypes('submissionKey')).toEqual([
      'SubmissionKeyPublished',
      'SubmissionKeyPublished',
      'SubmissionKeyDestroyed',
    ]);
    expect(await vault.client.SealSecret({ label: 'x', submission: old }, asking(ada))).toMatchObject({
      code: 'submission-key-expired',
    });
    const fresh = { label: 'x', submission: await submission('sk-canary-handed-in-now') };
    expect(await vault.client.SealSecret(fresh, asking(ada))).toMatchObject({ outcome: 'accepted' });
  });

  it('is made sure of by a projection, should the process die between the event and the deletion', async () => {
    await sealTwo('a');
    await vault.client.RotateSubmissionKey({}, asking(admin));
    outside.advance(31 * DAY_MS);
    await outside.project();
    const before = keysOfSecrets();
    const shred = outside.keyRing.shred.bind(outside.keyRing);
    outside.keyRing.shred = (ids, tx?: unknown) =>
      tx === undefined ? Promise.reject(new Error('The process died')) : shred(ids);
    await vault.shredExpired();
    outside.keyRing.shred = shred;
    expect(keysOfSecrets()).toBe(before);
    expect(outside.logged.join()).toContain('could not be shredded');
    await outside.project();
    expect(keysOfSecrets()).toBe(before - 2);
  });
});
