import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { AppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import { type InputOf, type Principal, type RequestOptions } from '@keyledger/messaging';
import { type RevealSecrets } from '@keyledger/contracts-vault';
import type { Replica } from './replica.ts';
import { admin, asking, newRecipient, type Recipient, submissionOf } from './vault-client.ts';
import { Outside } from './vault-in-memory.ts';

jest.setTimeout(30_000);

const ada: Principal = { kind: 'user', id: 'ada@example.com', roles: ['member'], proof: 'session' };
const bob: Principal = { ...ada, id: 'bob@example.com' };

const valueOf = (name: string): string => `sk-canary-${name}-Qm9vZ3VzS2V5Rm9yVGVzdHM`;

describe('revealing many secrets at once', () => {
  let outside: Outside;
  let vault: Replica;
  let recipient: Recipient;

  const seal = async (name: string, owner = ada): Promise<string> => {
    const submission = await submissionOf(vault.client, valueOf(name), owner);
    const reply = await vault.client.SealSecret({ label: name, submission }, asking(owner));
    if (reply.outcome === 'refused') throw new Error(reply.code);
    return reply.result.secretId;
  };

  type Items = InputOf<typeof RevealSecrets>['items'];
  const reveal = (
    items: Items,
    {
      options = asking(ada),
      replica = vault,
      also = {},
    }: { options?: RequestOptions; replica?: Replica; also?: object } = {},
  ) =>
    replica.client.RevealSecrets({ items, purpose: 'checkout', recipientKey: recipient.publicKey, ...also }, options);

  const answered = (reply: Awaited<ReturnType<typeof reveal>>) => {
    if (reply.outcome === 'refused') throw new Error(reply.code);
    return reply.result;
  };

  const opened = async (reply: Awaited<ReturnType<typeof reveal>>) => {
    const { jwe } = answered(reply);
    return jwe === undefined ? undefined : recipient.openAll(jwe);
  };

  const reveals = async () =>
    (await outside.stored('secret')).flatMap(({ type, data, metadata }) =>
      type === 'SecretRevealed' || type === 'RevealDenied'
        ? [{ type, actor: metadata.actor.id, ...(data as { secretId: string; grantId: string; recipient?: string }) }]
        : [],
    );

  beforeEach(async () => {
    outside = new Outside();
    vault = await outside.replica();
    recipient = newRecipient();
  });

  it('answers with all of them in one JWE to the recipient, and records each by itself', async () => {
    const ids = [await seal('one'), await seal('two'), await seal('three')];
    const reply = await reveal(ids.map((secretId) => ({ secretId })));
    expect(reply).toMatchObject({ outcome: 'accepted' });
    expect(answered(reply).items).toEqual(
      ids.map((secretId) => ({ outcome: 'accepted', secretId, mask: 'sk-c...zdHM', version: 1 })),
    );
    expect(await opened(reply)).toEqual({
      [ids[0]!]: valueOf('one'),
      [ids[1]!]: valueOf('two'),
      [ids[2]!]: valueOf('three'),
    });
    expect(JSON.stringify(reply)).not.toContain('canary');
    const recorded = await reveals();
    expect(recorded.map(({ type, actor }) => `${type} ${actor}`)).toEqual(ids.map(() => `SecretRevealed ${ada.id}`));
    expect(recorded.map(({ secretId }) => secretId).sort()).toEqual([...ids].sort());
    expect(new Set(recorded.map(({ grantId }) => grantId)).size).toBe(3);
    await expect(newRecipient().openAll(answered(reply).jwe ?? '')).rejects.toThrow();
  });

  it('is answered once more without further records when the message comes again, also by another replica', async () => {
    const items = [{ secretId: await seal('one') }, { secretId: await seal('two') }];
    const messageId = newId();
    const first = await reveal(items, { options: asking(ada, { messageId }) });
    for (const replica of [vault, await outside.replica()]) {
      const again = await reveal(items, { options: asking(ada, { messageId }), replica });
      expect(again.outcome).toBe('ignored');
      expect(await opened(again)).toEqual(await opened(first));
    }
    expect(await reveals()).toHaveLength(2);
  });

  it('is refused to another recipient who sends the message again, and nothing is recorded twice', async () => {
    const items = [{ secretId: await seal('one') }];
    const options = () => asking(ada, { messageId });
    const messageId = newId();
    await reveal(items, { options: options() });
    recipient = newRecipient();
    for (const replica of [vault, await outside.replica()]) {
      const reply = await reveal(items, { options: options(), replica });
      expect(answered(reply)).toMatchObject({ items: [{ outcome: 'refused', code: 'grant-used' }] });
      expect(answered(reply).jwe).toBeUndefined();
    }
    expect(await reveals()).toHaveLength(1);
  });

  it('refuses those alone that may not be given, and records the denials', async () => {
    const [own, foreign, shredded] = [await seal('own'), await seal('foreign', bob), await seal('shredded')];
    await vault.client.ShredSecret({ secretId: shredded, scope: 'whole' }, asking(ada));
    const missing = randomUUID();
    const reply = await reveal([foreign, own, missing, shredded].map((secretId) => ({ secretId })));
    expect(answered(reply).items).toMatchObject([
      { secretId: foreign, outcome: 'refused', code: 'not-permitted' },
      { secretId: own, outcome: 'accepted' },
      { secretId: missing, outcome: 'refused', code: 'not-permitted' },
      { secretId: shredded, outcome: 'refused', code: 'secret-shredded' },
    ]);
    expect(await opened(reply)).toEqual({ [own]: valueOf('own') });
    expect((await reveals()).map(({ type, secretId }) => [type, secretId]).sort()).toEqual(
      [
        ['RevealDenied', foreign],
        ['SecretRevealed', own],
      ].sort(),
    );
  });

  it('is denied as a whole, secret by secret, to an administrator who does not say why', async () => {
    const items = [{ secretId: await seal('one') }, { secretId: await seal('two') }];
    const also = { purpose: 'break-glass' };
    const reply = await reveal(items, { options: asking(admin), also });
    expect(answered(reply)).toMatchObject({ items: [{ code: 'reason-missing' }, { code: 'reason-missing' }] });
    expect((await reveals()).map(({ type }) => type)).toEqual(['RevealDenied', 'RevealDenied']);
    const told = await reveal(items, { options: asking(admin), also: { ...also, reason: 'The registry lost them' } });
    expect(Object.values((await opened(told)) ?? {})).toEqual([valueOf('one'), valueOf('two')]);
  });

  it('marks the one that does not open, and gives the others', async () => {
    const [broken, whole] = [await seal('broken'), await seal('whole')];
    const sealed = (await outside.stored('secret')).find(({ stream }) => stream === `secret-${broken}`);
    const { dataKeyId } = (sealed!.data as { envelope: { dataKeyId: string } }).envelope;
    const row = outside.keyRing.rows.get(dataKeyId)!;
    outside.keyRing.rows.delete(dataKeyId);
    const items = [{ secretId: broken }, { secretId: whole }];
    const reply = await reveal(items);
    expect(answered(reply).items).toMatchObject([{ code: 'secret-unreadable' }, { outcome: 'accepted' }]);
    expect(await opened(reply)).toEqual({ [whole]: valueOf('whole') });
    expect((await outside.stored('secret')).map(({ type }) => type)).toContain('SecretFoundUnreadable');
    outside.keyRing.rows.set(dataKeyId, row);
    expect(new Set(Object.keys((await opened(await reveal(items))) ?? {}))).toEqual(new Set([broken, whole]));
    expect((await outside.stored('secret')).map(({ type }) => type)).toContain('SecretFoundReadable');
  });

  it('gives what counts when another replica changes some of the secrets, also in between', async () => {
    const ids = [await seal('one'), await seal('two'), await seal('three')];
    const [replaced = '', shredded = '', same = ''] = ids;
    const items = ids.map((secretId) => ({ secretId }));
    await reveal(items);
    const other = await outside.replica();
    const submission = await submissionOf(other.client, valueOf('new'), ada);
    await other.client.ReplaceSecret({ secretId: replaced, submission }, asking(ada));
    const { keyRing } = outside;
    const findMany = keyRing.findMany.bind(keyRing);
    keyRing.findMany = async (keyIds) => {
      keyRing.findMany = findMany;
      const found = await findMany(keyIds);
      await other.client.ShredSecret({ secretId: shredded, scope: 'whole' }, asking(ada));
      return found;
    };
    const reply = await reveal(items);
    expect(answered(reply).items).toMatchObject([
      { outcome: 'accepted', version: 2 },
      { outcome: 'refused', code: 'secret-shredded' },
      { outcome: 'accepted', version: 1 },
    ]);
    expect(await opened(reply)).toEqual({ [replaced]: valueOf('new'), [same]: valueOf('three') });
    expect(await reveals()).toHaveLength(3 + 2);
  });

  it('gives none whose record could not be written, and those whose record was', async () => {
    const [lost, kept] = [await seal('lost'), await seal('kept')];
    const { eventStore } = outside;
    const append = eventStore.append.bind(eventStore);
    eventStore.append = (stream, ...rest) =>
      stream === `secret-${lost}`
        ? Promise.reject(new AppError('unavailable', 'The database does not answer'))
        : append(stream, ...rest);
    const items = [{ secretId: lost }, { secretId: kept }];
    const reply = await reveal(items);
    expect(answered(reply).items).toMatchObject([{ code: 'not-recorded' }, { outcome: 'accepted' }]);
    expect(await opened(reply)).toEqual({ [kept]: valueOf('kept') });
    eventStore.append = () => Promise.reject(new AppError('unavailable', 'The database does not answer'));
    await expect(reveal(items)).rejects.toMatchObject({ code: 'unavailable' });
    eventStore.append = append;
    expect((await reveals()).map(({ secretId }) => secretId)).toEqual([kept]);
  });

  it('is not answered when nobody waits any more, and once more when they ask again', async () => {
    const items = [{ secretId: await seal('one'), grantId: randomUUID() }];
    const { eventStore } = outside;
    const append = eventStore.append.bind(eventStore);
    eventStore.append = async (...args) => {
      const result = await append(...args);
      outside.advance(60_000);
      return result;
    };
    await expect(reveal(items)).rejects.toMatchObject({ code: 'deadline-exceeded' });
    eventStore.append = append;
    expect((await reveal(items)).outcome).toBe('ignored');
    expect(await reveals()).toHaveLength(1);
  });

  it('opens and records nothing when the values are too long together', async () => {
    const long = async (name: string): Promise<string> => {
      const submission = await submissionOf(vault.client, `sk-${name}`.padEnd(16_000, 'x'), ada);
      const reply = await vault.client.SealSecret({ label: name, submission }, asking(ada));
      if (reply.outcome === 'refused') throw new Error(reply.code);
      return reply.result.secretId;
    };
    const ids: string[] = [];
    for (let index = 0; index < 17; index += 1) ids.push(await long(`n${index}`));
    const items = ids.map((secretId) => ({ secretId }));
    expect(await reveal(items)).toMatchObject({ outcome: 'refused', code: 'batch-too-large' });
    expect(await reveals()).toEqual([]);
    expect(Object.keys((await opened(await reveal(items.slice(1)))) ?? {})).toHaveLength(16);
  });

  it('takes a hundred at most, each secret once', async () => {
    const secretId = await seal('one');
    const many = Array.from({ length: 101 }, () => ({ secretId: randomUUID() }));
    await expect(reveal(many)).rejects.toMatchObject({ code: 'malformed' });
    await expect(reveal([{ secretId }, { secretId }])).rejects.toMatchObject({ code: 'malformed' });
    await expect(reveal([])).rejects.toMatchObject({ code: 'malformed' });
    expect(await reveals()).toEqual([]);
  });

  it('does not happen while the vault is sealed, nor to a key that is none', async () => {
    const items = [{ secretId: await seal('one') }];
    const sealed = await outside.replica({ isUnsealed: false });
    await expect(reveal(items, { replica: sealed })).rejects.toMatchObject({ code: 'sealed' });
    const off = { ...recipient.publicKey, x: Buffer.alloc(32, 7).toString('base64url') };
    await expect(reveal(items, { also: { recipientKey: off } })).rejects.toMatchObject({ code: 'malformed' });
    expect(await reveals()).toEqual([]);
  });
});
