import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { newId } from '@keyledger/event-sourcing';
import { ada, mallory } from './people.ts';
import { admin, asking, submissionOf } from './vault-client.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

const CANARY = 'sk-canary-Qm9vZ3VzS2V5Rm9yVGVzdHM';
const MINUTE_MS = 60_000;

describe('the key under which secrets are handed in', () => {
  let outside: Outside;
  let vault: Replica;

  beforeEach(async () => {
    outside = new Outside();
    vault = await outside.replica();
  });

  const handIn = (submission: string, principal = ada, client = vault.client) =>
    client.SealSecret({ label: 'OpenAI', submission }, asking(principal));

  it('is one for all replicas, also when they are asked for the first at once', async () => {
    const replicas = await Promise.all([1, 2, 3].map(() => outside.replica()));
    const keys = await Promise.all(replicas.map(({ client }) => client.GetSubmissionKey({}, asking(ada))));
    expect(new Set(keys.map(({ submissionKeyId }) => submissionKeyId)).size).toBe(1);
    expect(await outside.storedTypes('submissionKey')).toEqual(['SubmissionKeyPublished']);
    const submission = await submissionOf(replicas[0]!.client, CANARY, ada);
    for (const { client } of replicas)
      expect(await handIn(submission, ada, client)).toMatchObject({ outcome: 'accepted' });
  });

  it('is out of reach while the vault is sealed, and nothing can be handed in', async () => {
    const submission = await submissionOf(vault.client, CANARY, ada);
    const { client } = await outside.replica({ isUnsealed: false });
    await expect(client.GetSubmissionKey({}, asking(ada))).rejects.toMatchObject({ code: 'sealed' });
    await expect(handIn(submission, ada, client)).rejects.toMatchObject({ code: 'sealed' });
    await expect(client.RotateSubmissionKey({}, asking(admin))).rejects.toMatchObject({ code: 'sealed' });
    expect(await outside.storedTypes('secret')).toEqual([]);
  });

  it('is replaced by a command of an administrator; what was encrypted to it is taken for ten more minutes', async () => {
    const old = await submissionOf(vault.client, CANARY, ada);
    const before = await vault.client.GetSubmissionKey({}, asking(ada));
    const rotated = await vault.client.RotateSubmissionKey({}, asking(admin));
    const after = await vault.client.GetSubmissionKey({}, asking(ada));
    expect(rotated).toEqual({ outcome: 'accepted', result: after });
    expect(after.submissionKeyId).not.toBe(before.submissionKeyId);
    outside.advance(9 * MINUTE_MS);
    expect(await handIn(old)).toMatchObject({ outcome: 'accepted' });
    outside.advance(MINUTE_MS);
    expect(await handIn(old)).toMatchObject({ outcome: 'refused', code: 'submission-key-expired' });
    expect(await handIn(await submissionOf(vault.client, CANARY, ada))).toMatchObject({ outcome: 'accepted' });
  });

  it('is not replaced twice by one message, and by nobody else', async () => {
    const options = asking(admin, { messageId: newId() });
    const first = await vault.client.RotateSubmissionKey({}, options);
    expect(await vault.client.RotateSubmissionKey({}, options)).toMatchObject({ ...first, outcome: 'ignored' });
    const rows = outside.keyRing.rows.size;
    expect(await vault.client.RotateSubmissionKey({}, asking(ada))).toMatchObject({ code: 'not-permitted' });
    expect(outside.keyRing.rows.size).toBe(rows);
  });

  it('opens a submission for nobody but whom it was encrypted for', async () => {
    const overheard = await submissionOf(vault.client, CANARY, ada);
    expect(await handIn(overheard, mallory)).toMatchObject({ outcome: 'refused', code: 'submission-unreadable' });
    expect(await handIn(overheard, admin)).toMatchObject({ outcome: 'refused', code: 'submission-unreadable' });
    expect(await outside.storedTypes('secret')).toEqual([]);
  });

  it('does not open what is altered, and is not guessed for what names another', async () => {
    const submission = await submissionOf(vault.client, CANARY, ada);
    const [header, , nonce, ciphertext, tag] = submission.split('.');
    const other = Buffer.from(JSON.stringify({ alg: 'ECDH-ES', enc: 'A256GCM', kid: randomUUID() }));
    expect(await handIn([header, '', nonce, `AAAA${ciphertext!.slice(4)}`, tag].join('.'))).toMatchObject({
      code: 'submission-unreadable',
    });
    expect(await handIn([other.toString('base64url'), '', nonce, ciphertext, tag].join('.'))).toMatchObject({
      code: 'submission-key-expired',
    });
    await expect(handIn(CANARY)).rejects.toMatchObject({ code: 'malformed' });
  });

  it('is replaced once when its data key is gone, and whoever hands in is asked to do so anew', async () => {
    const submission = await submissionOf(vault.client, CANARY, ada);
    const [lost] = [...outside.keyRing.rows.values()].filter(({ purpose }) => purpose === 'secret');
    outside.keyRing.rows.delete(lost!.keyId);
    const other = await outside.replica();
    const attempts = [vault.client, other.client].map((client) => handIn(submission, ada, client));
    for (const answer of await Promise.all(attempts)) expect(answer).toMatchObject({ code: 'submission-key-expired' });
    expect(await outside.storedTypes('submissionKey')).toEqual(['SubmissionKeyPublished', 'SubmissionKeyPublished']);
    expect(await handIn(await submissionOf(vault.client, CANARY, ada))).toMatchObject({ outcome: 'accepted' });
  });

  it('is not replaced while the key of all fingerprints is gone as well', async () => {
    const submission = await submissionOf(vault.client, CANARY, ada);
    outside.keyRing.rows.clear();
    const { client } = await outside.replica();
    await expect(handIn(submission, ada, client)).rejects.toMatchObject({
      code: 'sealed',
      message: expect.stringContaining('restore the key ring'),
    });
    expect(outside.keyRing.rows.size).toBe(0);
  });
});
