import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { newId } from '@keyledger/event-sourcing';
import { applicationPrincipal } from '@keyledger/messaging';
import { keepSecret } from './kept-secret.ts';
import { ada } from './people.ts';
import type { Replica } from './replica.ts';
import { asking, newRecipient, type Recipient, submissionOf } from './vault-client.ts';
import { Outside } from './vault-in-memory.ts';

const FIRST = 'sk-canary-Qm9vZ3VzS2V5Rm9yVGVzdHM';
const SECOND = 'sk-canary-QW5vdGhlckJvZ3VzS2V5Rm9y';

const serviceTokenId = randomUUID();
const application = applicationPrincipal(serviceTokenId);

describe('a secret that a replica has revealed before', () => {
  let outside: Outside;
  let vault: Replica;
  let other: Replica;
  let secretId: string;
  let recipient: Recipient;
  let readings: number;

  const wish = () => ({
    secretId,
    grantId: randomUUID(),
    purpose: 'checkout' as const,
    recipientKey: recipient.publicKey,
  });
  const reveal = (options = asking(ada), asked: object = {}) =>
    vault.client.RevealSecret({ ...wish(), ...asked }, options);

  const keyIn = async (reply: Awaited<ReturnType<typeof reveal>>): Promise<string> => {
    if (reply.outcome === 'refused') throw new Error(reply.code);
    return recipient.open(reply.result.jwe);
  };

  const reveals = async () =>
    (await outside.stored('secret')).flatMap(({ type }) =>
      type === 'SecretRevealed' || type === 'RevealDenied' ? [type] : [],
    );

  beforeEach(async () => {
    outside = new Outside();
    [vault, other] = [await outside.replica(), await outside.replica()];
    recipient = newRecipient();
    secretId = await keepSecret(vault.client, ada, FIRST);
    await vault.client.GrantCheckout({ secretId, serviceTokenId }, asking(ada));
    await reveal();
    readings = 0;
    const { eventStore } = outside;
    const readStream = eventStore.readStream.bind(eventStore);
    eventStore.readStream = (...what) => {
      readings += 1;
      return readStream(...what);
    };
  });

  it('is revealed again without being read', async () => {
    expect(await keyIn(await reveal())).toBe(FIRST);
    expect(await keyIn(await reveal(asking(application)))).toBe(FIRST);
    expect(readings).toBe(0);
    expect(await reveals()).toEqual(['SecretRevealed', 'SecretRevealed', 'SecretRevealed']);
  });

  it('is given with its new value, when another replica replaced it', async () => {
    const submission = await submissionOf(other.client, SECOND, ada);
    await other.client.ReplaceSecret({ secretId, submission }, asking(ada));
    const reply = await reveal();
    expect(await keyIn(reply)).toBe(SECOND);
    expect(reply).toMatchObject({ result: { version: 2 } });
  });

  it('is not given when another replica shredded it', async () => {
    await other.client.ShredSecret({ secretId, scope: 'whole' }, asking(ada));
    expect(await reveal()).toMatchObject({ outcome: 'refused', code: 'secret-shredded' });
    expect(await reveals()).toEqual(['SecretRevealed']);
  });

  it('is not given to an application whose grant another replica took back, and the attempt is recorded', async () => {
    expect(await keyIn(await reveal(asking(application)))).toBe(FIRST);
    await other.client.RevokeCheckoutGrant({ secretId, serviceTokenId }, asking(ada));
    expect(await reveal(asking(application))).toMatchObject({ outcome: 'refused', code: 'not-permitted' });
    expect(await reveals()).toEqual(['SecretRevealed', 'SecretRevealed', 'RevealDenied']);
  });

  it('is not given to another recipient under the grant and in the message that another replica answered', async () => {
    const messageId = newId();
    const asked = wish();
    expect((await other.client.RevealSecret(asked, asking(ada, { messageId }))).outcome).toBe('accepted');
    const stranger = { ...asked, recipientKey: newRecipient().publicKey };
    expect(await reveal(asking(ada, { messageId }), stranger)).toMatchObject({ code: 'grant-used' });
    const again = { ...stranger, grantId: randomUUID() };
    expect(await reveal(asking(ada, { messageId }), again)).toMatchObject({ code: 'grant-used' });
    expect(await reveals()).toEqual(['SecretRevealed', 'SecretRevealed']);
  });

  it('is given once more to the recipient whom another replica answered, without another record', async () => {
    const messageId = newId();
    const asked = wish();
    await other.client.RevealSecret(asked, asking(ada, { messageId }));
    expect(await keyIn(await reveal(asking(ada, { messageId }), asked))).toBe(FIRST);
    await reveal();
    const late = await reveal(asking(ada, { messageId }), asked);
    expect(late.outcome).toBe('ignored');
    expect(await keyIn(late)).toBe(FIRST);
    expect(await reveals()).toEqual(['SecretRevealed', 'SecretRevealed', 'SecretRevealed']);
  });
});
