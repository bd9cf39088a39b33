import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SealSecrets } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import type { InputOf, Principal } from '@keyledger/messaging';
import type { Replica } from './replica.ts';
import { admin, asking, newRecipient, submissionOf, submissionOfAll } from './vault-client.ts';
import { Outside } from './vault-in-memory.ts';

const ada: Principal = { kind: 'user', id: 'ada@example.com', roles: ['member'], proof: 'session' };

const values = ['sk-canary-one-Qm9vZ3VzS2V5', 'sk-canary-two-Qm9vZ3VzS2V5', 'sk-canary-three-Qm9vZ3Vz'];

describe('handing in many secrets at once', () => {
  let outside: Outside;
  let vault: Replica;

  type Items = InputOf<typeof SealSecrets>['items'];
  const labelled = (count: number): Items => Array.from({ length: count }, (_, index) => ({ label: `Key ${index}` }));

  const seal = async (
    given: readonly string[],
    {
      items = labelled(given.length),
      options = asking(ada),
      replica = vault,
      owner = undefined as string | undefined,
    } = {},
  ) => {
    const submission = await submissionOfAll(replica.client, given, options.principal);
    return replica.client.SealSecrets({ items, submission, ...(owner === undefined ? {} : { owner }) }, options);
  };

  const itemsOf = (reply: Awaited<ReturnType<typeof seal>>) => {
    if (reply.outcome === 'refused') throw new Error(reply.code);
    return reply.result.items;
  };

  const idsOf = (reply: Awaited<ReturnType<typeof seal>>): string[] =>
    itemsOf(reply).flatMap((item) => (item.outcome === 'refused' ? [] : [item.result.secretId]));

  const outcomesOf = (reply: Awaited<ReturnType<typeof seal>>): string[] =>
    itemsOf(reply).map((item) => (item.outcome === 'refused' ? item.code : item.outcome));

  const reveal = async (secretIds: readonly string[]): Promise<readonly (string | undefined)[]> => {
    const recipient = newRecipient();
    const items = secretIds.map((secretId) => ({ secretId }));
    const wish = { items, purpose: 'checkout' as const, recipientKey: recipient.publicKey };
    const reply = await vault.client.RevealSecrets(wish, asking(ada));
    if (reply.outcome === 'refused') throw new Error(reply.code);
    const keys = await recipient.openAll(reply.result.jwe ?? '');
    return secretIds.map((secretId) => keys[secretId]);
  };

  beforeEach(async () => {
    outside = new Outside();
    vault = await outside.replica();
  });

  it('makes a secret of each, in their order, as if each were handed in alone', async () => {
    const items = [{ label: 'One' }, { label: 'Two', connection: { provider: 'openai' } }, { label: 'Three' }];
    const reply = await seal(values, { items });
    expect(outcomesOf(reply)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(await reveal(idsOf(reply))).toEqual(values);
    for (const [index, item] of itemsOf(reply).entries()) {
      if (item.outcome === 'refused') throw new Error(item.code);
      const { secretId } = item.result;
      const shown = await vault.client.GetSecret({ secretId }, asking(ada));
      expect(shown).toEqual(item.result);
      expect(shown).toMatchObject({ label: items[index]!.label, owner: ada.id, origin: 'submitted', version: 1 });
    }
    expect(itemsOf(reply)[1]).toMatchObject({ result: { connection: { provider: 'openai' } } });
    expect(JSON.stringify(reply)).not.toContain('canary');
  });

  it('refuses values one by one for what is wrong with them, and seals the others', async () => {
    const given = ['"sk-quoted-1234567890"', ' sk-spaces-1234567890', '', '****', 'x'.repeat(16_385), values[0]!];
    const items = [...labelled(6), { label: 'Nowhere', connection: { provider: 'nobody-knows-it' } }];
    const reply = await seal([...given, values[1]!], { items });
    expect(outcomesOf(reply)).toEqual([
      'value-has-quotes',
      'value-has-white-space',
      'value-empty',
      'value-is-a-mask',
      'value-too-long',
      'accepted',
      'provider-unknown',
    ]);
    expect(await outside.storedTypes('secret')).toEqual(['SecretSealed']);
    expect(await reveal(idsOf(reply))).toEqual([values[0]]);
  });

  it('is ignored when the message comes again, also at another replica, and gives the first secrets', async () => {
    const messageId = newId();
    const first = await seal(values, { options: asking(ada, { messageId }) });
    for (const replica of [vault, await outside.replica()]) {
      const again = await seal(values, { options: asking(ada, { messageId }), replica });
      expect(again.outcome).toBe('ignored');
      expect(idsOf(again)).toEqual(idsOf(first));
    }
    expect(await outside.storedTypes('secret')).toHaveLength(values.length);
    expect(await reveal(idsOf(first))).toEqual(values);
  });

  it('never passes another value off as sealed when it comes in the same message', async () => {
    const messageId = newId();
    const first = await seal(values, { options: asking(ada, { messageId }) });
    const other = await seal([values[0]!, values[2]!, values[1]!], { options: asking(ada, { messageId }) });
    expect(outcomesOf(other)).toEqual(['ignored', 'secret-exists', 'secret-exists']);
    expect(await reveal(idsOf(first))).toEqual(values);
  });

  it('knows an item by its idempotency key, whether it came in a batch or alone', async () => {
    const items = [{ label: 'One', idempotencyKey: 'row-1' }, { label: 'Two' }];
    const first = await seal(values.slice(0, 2), { items });
    const again = await seal([values[0]!, values[2]!], { items });
    expect(outcomesOf(again)).toEqual(['ignored', 'accepted']);
    const submission = await submissionOf(vault.client, values[0]!, ada);
    const alone = await vault.client.SealSecret({ label: 'One', idempotencyKey: 'row-1', submission }, asking(ada));
    expect(alone).toMatchObject({ outcome: 'ignored', result: { secretId: idsOf(first)[0] } });
    expect(await outside.storedTypes('secret')).toHaveLength(3);
  });

  it('is refused as a whole where nothing of it can be taken', async () => {
    expect(await seal(values, { owner: 'system' })).toMatchObject({ outcome: 'refused', code: 'not-permitted' });
    expect(await seal(values, { items: labelled(2) })).toMatchObject({ code: 'submission-unreadable' });
    const overheard = await submissionOfAll(vault.client, values, admin);
    const items = labelled(3);
    const reply = await vault.client.SealSecrets({ items, submission: overheard }, asking(ada));
    expect(reply).toMatchObject({ outcome: 'refused', code: 'submission-unreadable' });
    const single = await submissionOf(vault.client, values[0]!, ada);
    expect(await vault.client.SealSecrets({ items, submission: single }, asking(ada))).toMatchObject({
      code: 'submission-unreadable',
    });
    for (let time = 1; time <= 2; time += 1) {
      await vault.client.RotateSubmissionKey({}, asking(admin));
      outside.advance(11 * 60_000);
    }
    const late = await vault.client.SealSecrets({ items, submission: overheard }, asking(admin));
    expect(late).toMatchObject({ outcome: 'refused', code: 'submission-key-expired' });
    expect(await outside.storedTypes('secret')).toEqual([]);
  });

  it('is for administrators where they hand in for the system', async () => {
    const reply = await seal(values, { owner: 'system', options: asking(admin) });
    expect(itemsOf(reply)).toMatchObject(values.map(() => ({ outcome: 'accepted', result: { owner: 'system' } })));
  });

  it('says which could not be recorded, and those can be handed in again', async () => {
    const { eventStore } = outside;
    const append = eventStore.append.bind(eventStore);
    const messageId = newId();
    let appends = 0;
    eventStore.append = (stream, ...rest) => {
      appends += stream.startsWith('secret-') ? 1 : 0;
      return appends === 2
        ? Promise.reject(new AppError('unavailable', 'The database does not answer'))
        : append(stream, ...rest);
    };
    const reply = await seal(values, { options: asking(ada, { messageId }) });
    expect(outcomesOf(reply)).toEqual(['accepted', 'not-recorded', 'accepted']);
    eventStore.append = append;
    const again = await seal(values, { options: asking(ada, { messageId }) });
    expect(outcomesOf(again)).toEqual(['ignored', 'accepted', 'ignored']);
    expect(await reveal(idsOf(again))).toEqual(values);
  });

  it('takes a hundred at most, and no idempotency key twice', async () => {
    const submission = await submissionOfAll(vault.client, values, ada);
    const twice = [1, 2, 3].map(() => ({ label: 'Same', idempotencyKey: 'row-1' }));
    for (const items of [labelled(101), twice, []])
      await expect(vault.client.SealSecrets({ items, submission }, asking(ada))).rejects.toMatchObject({
        code: 'malformed',
      });
    expect(await outside.storedTypes('secret')).toEqual([]);
  });

  it('does not happen while the vault is sealed', async () => {
    const submission = await submissionOfAll(vault.client, values, ada);
    const sealed = await outside.replica({ isUnsealed: false });
    await expect(sealed.client.SealSecrets({ items: labelled(3), submission }, asking(ada))).rejects.toMatchObject({
      code: 'sealed',
    });
  });
});
