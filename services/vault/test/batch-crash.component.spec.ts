import { describe, expect, it, jest } from '@jest/globals';
import { newId } from '@keyledger/event-sourcing';
import type { Principal, RequestOptions } from '@keyledger/messaging';
import { type Death, everyDeathUpTo, Life } from './mortal.ts';
import { asking, newRecipient, submissionOfAll, type VaultClient } from './vault-client.ts';
import { Outside } from './vault-in-memory.ts';

jest.setTimeout(30_000);

const ada: Principal = { kind: 'user', id: 'ada@example.com', roles: ['member'], proof: 'session' };
const values = ['sk-canary-one-Qm9vZ3VzS2V5', 'sk-canary-two-Qm9vZ3VzS2V5', 'sk-canary-three-Qm9vZ3Vz'];

const nameOf = ({ at, when }: Death): string => `${when} call ${at}`;

/** Asks a vault that dies, then one that lives, the same. */
const askTwice = async <Reply>(
  outside: Outside,
  death: Death,
  ask: (client: VaultClient, options: RequestOptions) => Promise<Reply>,
): Promise<Reply> => {
  const messageId = newId();
  const life = new Life(death);
  const mortal = await outside.replica({ life });
  life.begin();
  const asked = ask(mortal.client, asking(ada, { messageId }));
  await expect(asked).rejects.toMatchObject({ code: 'internal' });
  expect(life.calls).toBeGreaterThanOrEqual(death.at);
  return ask((await outside.replica()).client, asking(ada, { messageId }));
};

describe('a batch whose vault dies', () => {
  const seal = async (client: VaultClient, options: RequestOptions): Promise<readonly string[]> => {
    const items = values.map((_, index) => ({ label: `Key ${index}` }));
    const submission = await submissionOfAll(client, values, ada);
    const reply = await client.SealSecrets({ items, submission }, options);
    if (reply.outcome === 'refused') throw new Error(reply.code);
    return reply.result.items.map((item) => {
      if (item.outcome === 'refused') throw new Error(item.code);
      return item.result.secretId;
    });
  };

  const reveal = async (client: VaultClient, ids: readonly string[], options: RequestOptions) => {
    const recipient = newRecipient();
    const items = ids.map((secretId) => ({ secretId }));
    const wish = { items, purpose: 'checkout' as const, recipientKey: recipient.publicKey };
    return { recipient, reply: await client.RevealSecrets(wish, options) };
  };

  const scene = async () => {
    const outside = new Outside();
    const { client } = await outside.replica();
    await client.GetSubmissionKey({}, asking(ada));
    return { outside, client };
  };

  it.each(everyDeathUpTo(4).map((death) => [nameOf(death), death] as const))(
    '%s reveals each secret once when it is asked again',
    async (_name, death) => {
      const { outside, client } = await scene();
      const ids = await seal(client, asking(ada));
      const recipient = newRecipient();
      const wish = { items: ids.map((secretId) => ({ secretId })), purpose: 'checkout' as const };
      const reply = await askTwice(outside, death, (by, options) =>
        by.RevealSecrets({ ...wish, recipientKey: recipient.publicKey }, options),
      );
      if (reply.outcome === 'refused') throw new Error(reply.code);
      const keys = await recipient.openAll(reply.result.jwe ?? '');
      expect(ids.map((secretId) => keys[secretId])).toEqual(values);
      const recorded = (await outside.storedTypes('secret')).filter((type) => type === 'SecretRevealed');
      expect(recorded).toHaveLength(values.length);
    },
  );

  it.each(everyDeathUpTo(5).map((death) => [nameOf(death), death] as const))(
    '%s seals each value once when it is asked again, and all of them open',
    async (_name, death) => {
      const { outside, client } = await scene();
      const ids = await askTwice(outside, death, seal);
      expect(await outside.storedTypes('secret')).toEqual(values.map(() => 'SecretSealed'));
      const { recipient, reply } = await reveal(client, ids, asking(ada));
      if (reply.outcome === 'refused') throw new Error(reply.code);
      const keys = await recipient.openAll(reply.result.jwe ?? '');
      expect(ids.map((secretId) => keys[secretId])).toEqual(values);
    },
  );
});
