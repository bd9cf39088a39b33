import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { newId } from '@keyledger/event-sourcing';
import { type Principal, servicePrincipal } from '@keyledger/messaging';
import { Life } from './mortal.ts';
import { admin, asking, submissionOf } from './vault-client.ts';
import { approvedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

const CANARY = 'sk-canary-Qm9vZ3VzS2V5Rm9yVGVzdHM';
const OTHER = 'sk-canary-QW5vdGhlckJvZ3VzS2V5Rm9y';
const DAY_MS = 24 * 60 * 60_000;

const person = (id: string, changed: Partial<Principal> = {}): Principal => ({
  kind: 'user',
  id,
  roles: ['member'],
  proof: 'session',
  ...changed,
});
const ada = person('ada@example.com');

let outside: Outside;
let vault: Replica;

beforeEach(async () => {
  outside = new Outside();
  vault = await outside.replica();
});

const seal = async (value = CANARY, principal = ada, also: object = {}) =>
  vault.client.SealSecret(
    { label: 'OpenAI', submission: await submissionOf(vault.client, value, principal), ...also },
    asking(principal),
  );

const sealed = async (value = CANARY, principal = ada) => {
  const reply = await seal(value, principal);
  if (reply.outcome === 'refused') throw new Error(reply.code);
  return reply.result;
};

const replace = async (secretId: string, value: string, principal = ada) =>
  vault.client.ReplaceSecret(
    { secretId, submission: await submissionOf(vault.client, value, principal) },
    asking(principal),
  );

describe('sealing a secret', () => {
  it('answers with everything but the value', async () => {
    const { result } = (await seal()) as { result: object };
    const version = {
      version: 1,
      mask: 'sk-c...zdHM',
      fingerprint: expect.stringMatching(/^[\da-f]{64}$/),
      sealedAt: '2026-11-21T08:00:00.000Z',
    };
    const { sealedAt, ...shown } = version;
    expect(result).toEqual({
      secretId: expect.any(String),
      owner: 'ada@example.com',
      label: 'OpenAI',
      origin: 'submitted',
      status: 'sealed',
      ...shown,
      versions: [version],
      createdAt: sealedAt,
      updatedAt: sealedAt,
    });
  });

  it('tells equal values by their fingerprint, of whomever', async () => {
    const [first, second, other] = [await sealed(), await sealed(CANARY, admin), await sealed(OTHER)];
    expect(second.fingerprint).toBe(first.fingerprint);
    expect(other.fingerprint).not.toBe(first.fingerprint);
  });

  it('is ignored when the same message or form comes again, and refused with another value', async () => {
    const form = { idempotencyKey: 'form-4711' };
    const first = await seal(CANARY, ada, form);
    const again = await seal(CANARY, ada, form);
    expect(again).toEqual({ ...first, outcome: 'ignored', because: 'this secret is sealed already' });
    expect(await seal(OTHER, ada, form)).toMatchObject({ outcome: 'refused', code: 'secret-exists' });
    const submission = await submissionOf(vault.client, CANARY, ada);
    const options = asking(ada, { messageId: newId() });
    expect(await vault.client.SealSecret({ label: 'OpenAI', submission }, options)).toMatchObject({
      outcome: 'accepted',
    });
    expect(await vault.client.SealSecret({ label: 'OpenAI', submission }, options)).toMatchObject({
      outcome: 'ignored',
    });
    expect((await outside.storedTypes('secret')).length).toBe(2);
  });

  it('keeps the forms of two people apart', async () => {
    const form = { idempotencyKey: 'form-4711' };
    expect(await seal(CANARY, ada, form)).toMatchObject({ outcome: 'accepted' });
    expect(await seal(OTHER, person('bob@example.com'), form)).toMatchObject({ outcome: 'accepted' });
  });

  it('for others is for administrators, and leaves nothing behind when it is refused', async () => {
    expect(await seal(CANARY, admin, { owner: 'system' })).toMatchObject({ result: { owner: 'system' } });
    const rows = outside.keyRing.rows.size;
    expect(await seal(CANARY, ada, { owner: 'system' })).toMatchObject({ code: 'not-permitted' });
    expect(await seal(CANARY, person('ada@example.com', { proof: 'address' }))).toMatchObject({
      code: 'not-permitted',
    });
    expect(await seal(CANARY, servicePrincipal('registry'))).toMatchObject({ code: 'not-permitted' });
    expect(outside.keyRing.rows.size).toBe(rows);
  });

  it.each([
    ['sk-a...9f3c', 'value-is-a-mask', /mask of a secret/],
    ['**********', 'value-is-a-mask', /mask of a secret/],
    ['[REDACTED]', 'value-is-a-mask', /mask of a secret/],
    [` ${CANARY}`, 'value-has-white-space', /white space before or behind/],
    [`${CANARY}\n`, 'value-has-white-space', /white space before or behind/],
    [`"${CANARY}"`, 'value-has-quotes', /quotes around/],
    ['', 'value-empty', /is empty/],
  ])('is refused for %j, and says why without repeating it', async (value, code, message) => {
    await vault.client.GetSubmissionKey({}, asking(ada));
    const rows = outside.keyRing.rows.size;
    const reply = await seal(value);
    expect(reply).toMatchObject({ outcome: 'refused', code, message: expect.stringMatching(message) });
    expect(JSON.stringify(reply)).not.toContain(CANARY);
    expect(await outside.storedTypes('secret')).toEqual([]);
    expect(outside.keyRing.rows.size).toBe(rows);
  });
});

describe('replacing a secret', () => {
  it('makes a new version count and keeps the earlier one', async () => {
    const { secretId, fingerprint, mask } = await sealed();
    outside.advance(DAY_MS);
    const reply = await replace(secretId, OTHER);
    expect(reply).toMatchObject({
      outcome: 'accepted',
      result: {
        version: 2,
        mask: 'sk-c...Rm9y',
        versions: [
          { version: 1, mask, fingerprint, supersededAt: '2026-11-22T08:00:00.000Z' },
          { version: 2, sealedAt: '2026-11-22T08:00:00.000Z' },
        ],
      },
    });
  });

  it('without a value keeps the value, and changes the label', async () => {
    const { secretId } = await sealed();
    const reply = await vault.client.ReplaceSecret({ secretId, label: 'OpenAI, private' }, asking(ada));
    expect(reply).toMatchObject({ outcome: 'accepted', result: { label: 'OpenAI, private', version: 1 } });
    expect(await vault.client.ReplaceSecret({ secretId }, asking(ada))).toMatchObject({ outcome: 'ignored' });
  });

  it('is ignored for the value that it has', async () => {
    const { secretId } = await sealed();
    expect(await replace(secretId, CANARY)).toMatchObject({ outcome: 'ignored', result: { version: 1 } });
  });

  it('is refused for every mask under which the secret was shown, and the value stays', async () => {
    const { secretId, mask } = await sealed('hunter2-hunter2-hunter2');
    await replace(secretId, OTHER);
    expect(await replace(secretId, mask)).toMatchObject({ code: 'value-is-a-mask' });
    expect(await vault.client.GetSecret({ secretId }, asking(ada))).toMatchObject({ version: 2 });
  });

  it('places both values, one after the other, when two come at once', async () => {
    const { secretId } = await sealed();
    const third = 'sk-canary-dGhpcmQtYm9ndXMta2V5';
    const replies = await Promise.all([OTHER, third].map((value) => replace(secretId, value)));
    expect(replies.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted']);
    expect(await vault.client.GetSecret({ secretId }, asking(ada))).toMatchObject({
      version: 3,
      versions: [{ version: 1 }, { version: 2 }, { version: 3 }],
    });
  });

  it.each<[string, () => Promise<string>, Principal, string]>([
    ['somebody else', async () => (await sealed()).secretId, person('mallory@example.com'), 'secret-not-found'],
    ['an unknown secret', () => Promise.resolve(randomUUID()), ada, 'secret-not-found'],
    [
      'the key of a lease',
      async () => {
        const request = approvedRequest();
        await vault.hear(request.event);
        return request.leaseId;
      },
      admin,
      'secret-is-issued',
    ],
  ])('is refused to, or for, %s', async (_what, secretIdOf, principal, code) => {
    const secretId = await secretIdOf();
    expect(await replace(secretId, OTHER, principal)).toMatchObject({ outcome: 'refused', code });
  });
});

describe('restoring a version', () => {
  it('makes it count again, opens nothing, and works while the vault is sealed', async () => {
    const first = await sealed();
    await replace(first.secretId, OTHER);
    const { client } = await outside.replica({ isUnsealed: false });
    const restore = { secretId: first.secretId, version: 1 };
    expect(await client.RestoreSecret(restore, asking(ada))).toMatchObject({
      outcome: 'accepted',
      result: { version: 1, mask: first.mask, fingerprint: first.fingerprint },
    });
    expect(await client.RestoreSecret(restore, asking(ada))).toMatchObject({ outcome: 'ignored' });
    expect(await client.RestoreSecret({ ...restore, version: 7 }, asking(ada))).toMatchObject({
      code: 'version-not-found',
    });
    expect(await client.RestoreSecret(restore, asking(person('mallory@example.com')))).toMatchObject({
      code: 'secret-not-found',
    });
  });
});

describe('shredding', () => {
  const dataKeys = () => [...outside.keyRing.rows.values()].filter(({ purpose }) => purpose === 'secret').length;

  it('of the whole secret deletes every data key, and nothing brings it back', async () => {
    const kept = dataKeys();
    const { secretId } = await sealed();
    await replace(secretId, OTHER);
    const before = dataKeys();
    const shred = { secretId, scope: 'whole' as const, reason: 'It was found in a public repository' };
    expect(await vault.client.ShredSecret(shred, asking(ada))).toMatchObject({
      outcome: 'accepted',
      result: {
        status: 'shredded',
        versions: [{ shreddedAt: expect.any(String) }, { shreddedAt: expect.any(String) }],
      },
    });
    expect(before - dataKeys()).toBe(2);
    expect(dataKeys()).toBeGreaterThanOrEqual(kept);
    expect(await vault.client.ShredSecret(shred, asking(ada))).toMatchObject({ outcome: 'ignored' });
    expect(await replace(secretId, CANARY)).toMatchObject({ code: 'secret-shredded' });
    expect(await vault.client.RestoreSecret({ secretId, version: 1 }, asking(ada))).toMatchObject({
      code: 'secret-shredded',
    });
    expect((await outside.stored('secret')).at(-1)?.data).toMatchObject({ reason: shred.reason, versions: [1, 2] });
  });

  it('of expired versions takes those that have not counted for thirty days, and no other', async () => {
    const { secretId } = await sealed();
    await replace(secretId, OTHER);
    const shred = { secretId, scope: 'expired-versions' as const };
    outside.advance(29 * DAY_MS);
    expect(await vault.client.ShredSecret(shred, asking(ada))).toMatchObject({ outcome: 'ignored' });
    outside.advance(2 * DAY_MS);
    expect(await vault.client.ShredSecret(shred, asking(ada))).toMatchObject({
      outcome: 'accepted',
      result: { status: 'sealed', version: 2 },
    });
    expect(await vault.client.RestoreSecret({ secretId, version: 1 }, asking(ada))).toMatchObject({
      code: 'version-shredded',
    });
  });

  it('is finished by the projection when the process dies between the event and the deletion', async () => {
    const { secretId } = await sealed();
    const before = dataKeys();
    const dying = await outside.replica({ life: new Life({ at: 2, when: 'before' }) });
    await expect(dying.client.ShredSecret({ secretId, scope: 'whole' }, asking(ada))).rejects.toThrow();
    expect([dataKeys(), (await outside.storedTypes('secret')).at(-1)]).toEqual([before, 'SecretShredded']);
    await outside.project();
    expect(dataKeys()).toBe(before - 1);
  });

  it.each([
    ['somebody else', person('mallory@example.com'), 'secret-not-found'],
    ['an auditor', person('eve', { roles: ['auditor'] }), 'secret-not-found'],
  ])('is refused to %s', async (_who, principal, code) => {
    const { secretId } = await sealed();
    expect(await vault.client.ShredSecret({ secretId, scope: 'whole' }, asking(principal))).toMatchObject({ code });
  });
});

describe('the list of secrets', () => {
  const ids = async (principal: Principal, filter: object = {}) => {
    await outside.project();
    return (await vault.client.ListSecrets({ first: 50, ...filter }, asking(principal))).items.map(
      ({ secretId }) => secretId,
    );
  };

  it('shows what the streams say, newest first, without a key of the vault', async () => {
    const first = await sealed();
    await replace(first.secretId, OTHER);
    outside.advance(1_000);
    const second = await sealed(CANARY, admin);
    await outside.project();
    const sealedVault = await outside.replica({ isUnsealed: false });
    const { items } = await sealedVault.client.ListSecrets({ first: 50 }, asking(admin));
    expect(items.map(({ secretId }) => secretId)).toEqual([second.secretId, first.secretId]);
    for (const item of items)
      expect(await sealedVault.client.GetSecret({ secretId: item.secretId }, asking(admin))).toEqual(item);
    expect(JSON.stringify(items)).not.toContain(CANARY);
  });

  it('goes on behind its cursor, and takes no other', async () => {
    const secrets = [await sealed(), await sealed(), await sealed()].map(({ secretId }) => secretId);
    await outside.project();
    const page = await vault.client.ListSecrets({ first: 2 }, asking(ada));
    const rest = await vault.client.ListSecrets({ first: 2, after: page.next! }, asking(ada));
    expect([...page.items, ...rest.items].map(({ secretId }) => secretId).sort()).toEqual(secrets.sort());
    expect(rest.next).toBeUndefined();
    await expect(vault.client.ListSecrets({ first: 2, after: 'x' }, asking(ada))).rejects.toMatchObject({
      code: 'malformed',
    });
  });

  it('is of the own ones for a member, of all for administrators and auditors', async () => {
    const [own, other] = [await sealed(), await sealed(OTHER, admin)];
    expect(await ids(ada)).toEqual([own.secretId]);
    expect((await ids(admin)).sort()).toEqual([own.secretId, other.secretId].sort());
    expect(await ids(person('eve', { roles: ['auditor'] }), { owner: 'ada@example.com' })).toEqual([own.secretId]);
    expect(await ids(admin, { fingerprint: other.fingerprint })).toEqual([other.secretId]);
    await expect(ids(ada, { owner: 'admin' })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(ids(person('ada@example.com', { proof: 'address' }))).rejects.toMatchObject({ code: 'forbidden' });
    expect(await vault.client.GetSecret({ secretId: other.secretId }, asking(ada))).toBeNull();
    expect(await vault.client.GetSecret({ secretId: randomUUID() }, asking(admin))).toBeNull();
  });

  it('has the keys of leases as well', async () => {
    const request = approvedRequest();
    await vault.hear(request.event);
    expect(await vault.client.GetSecret({ secretId: request.leaseId }, asking(admin))).toMatchObject({
      origin: 'issued',
      version: 1,
    });
  });
});
