import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { AppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import { type Principal, servicePrincipal } from '@keyledger/messaging';
import { keepSecret } from './kept-secret.ts';
import { ada } from './people.ts';
import { admin, asking, delivery, newRecipient, type Recipient, submissionOf } from './vault-client.ts';
import { approvedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

const CANARY = 'sk-canary-Qm9vZ3VzS2V5Rm9yVGVzdHM';
const OTHER = 'sk-canary-QW5vdGhlckJvZ3VzS2V5Rm9y';

const reason = 'The registry lost it, incident 4711';

describe('revealing a secret that was handed in', () => {
  let outside: Outside;
  let vault: Replica;
  let secretId: string;
  let recipient: Recipient;

  const seal = (value: string): Promise<string> => keepSecret(vault.client, ada, value);

  beforeEach(async () => {
    outside = new Outside();
    vault = await outside.replica();
    recipient = newRecipient();
    secretId = await seal(CANARY);
  });

  const wish = (changed: object = {}) => ({
    secretId,
    grantId: randomUUID(),
    purpose: 'break-glass' as const,
    reason,
    recipientKey: recipient.publicKey,
    ...changed,
  });

  const checkout = (changed: object = {}) => {
    const { reason: _reason, ...rest } = wish(changed);
    return { ...rest, purpose: 'checkout' as const };
  };

  const reveals = async () =>
    (await outside.stored('secret')).filter(({ type }) => type === 'SecretRevealed' || type === 'RevealDenied');

  const opened = async (reply: Awaited<ReturnType<typeof vault.client.RevealSecret>>): Promise<string> => {
    if (reply.outcome === 'refused') throw new Error(reply.code);
    return recipient.open(reply.result.jwe);
  };

  it('answers its owner, sealed to the recipient, and records it first', async () => {
    const reply = await vault.client.RevealSecret(checkout(), asking(ada));
    expect(await opened(reply)).toBe(CANARY);
    expect(reply).toMatchObject({ outcome: 'accepted', result: { mask: 'sk-c...zdHM', version: 1 } });
    expect(JSON.stringify(reply)).not.toContain(CANARY);
    expect(await reveals()).toMatchObject([
      { type: 'SecretRevealed', data: { purpose: 'checkout', version: 1 }, metadata: { actor: { id: ada.id } } },
    ]);
  });

  it('answers an administrator who breaks the glass, and keeps the reason', async () => {
    expect(await opened(await vault.client.RevealSecret(wish(), asking(admin)))).toBe(CANARY);
    expect(await reveals()).toMatchObject([
      { type: 'SecretRevealed', data: { purpose: 'break-glass', reason }, metadata: { actor: { id: 'admin' } } },
    ]);
  });

  it('gives the version that counts, or the one that is named', async () => {
    const submission = await submissionOf(vault.client, OTHER, ada);
    await vault.client.ReplaceSecret({ secretId, submission }, asking(ada));
    expect(await opened(await vault.client.RevealSecret(checkout(), asking(ada)))).toBe(OTHER);
    expect(await opened(await vault.client.RevealSecret(checkout({ version: 1 }), asking(ada)))).toBe(CANARY);
    await vault.client.RestoreSecret({ secretId, version: 1 }, asking(ada));
    expect(await opened(await vault.client.RevealSecret(checkout(), asking(ada)))).toBe(CANARY);
    expect(await vault.client.RevealSecret(checkout({ version: 3 }), asking(ada))).toMatchObject({
      code: 'secret-not-found',
    });
  });

  it('is refused a second time under one grant, and the attempt is recorded', async () => {
    const first = wish();
    await vault.client.RevealSecret(first, asking(admin));
    const second = { ...first, recipientKey: newRecipient().publicKey };
    expect(await vault.client.RevealSecret(second, asking(admin))).toMatchObject({ code: 'grant-used' });
    expect((await reveals()).map(({ type }) => type)).toEqual(['SecretRevealed', 'RevealDenied']);
  });

  it.each<[string, Principal, () => object, string]>([
    ['an administrator without a reason', admin, () => ({ reason: undefined }), 'reason-missing'],
    ['an administrator with a poor one', admin, () => ({ reason: 'because' }), 'reason-missing'],
    ['an auditor', { ...ada, id: 'eve', roles: ['auditor'] }, () => ({}), 'not-permitted'],
    ['the delivery service', delivery, () => ({}), 'not-permitted'],
    ['the vault itself', servicePrincipal('vault'), () => ({}), 'not-permitted'],
    ['its owner through the glass', ada, () => ({}), 'not-permitted'],
    ['an administrator who checks it out', admin, () => ({ purpose: 'checkout' }), 'not-permitted'],
    ['somebody else', { ...ada, id: 'mallory@example.com' }, () => ({ purpose: 'checkout' }), 'not-permitted'],
    ['who only typed the address', { ...ada, proof: 'address' }, () => ({ purpose: 'checkout' }), 'not-permitted'],
  ])('is denied to %s, and the denial is recorded', async (_who, principal, changed, code) => {
    const reply = await vault.client.RevealSecret({ ...wish(), ...changed() } as never, asking(principal));
    expect(reply).toMatchObject({ outcome: 'refused', code });
    expect(await reveals()).toMatchObject([
      { type: 'RevealDenied', data: { reason: code }, metadata: { actor: { id: principal.id } } },
    ]);
  });

  it('tells those who may not ask nothing about which secrets there are', async () => {
    const unknown = await vault.client.RevealSecret(checkout({ secretId: randomUUID() }), asking(admin));
    expect(unknown).toEqual(await vault.client.RevealSecret(checkout(), asking(admin)));
  });

  it('is for administrators who break the glass when it is the key of a lease, and never a checkout', async () => {
    const request = approvedRequest();
    await vault.hear(request.event);
    const key = await opened(await vault.client.RevealSecret(wish({ secretId: request.leaseId }), asking(admin)));
    expect(outside.issuer.seen).toContain(key);
    expect(
      await vault.client.RevealSecret(checkout({ secretId: request.leaseId }), asking({ ...ada, id: ada.id })),
    ).toMatchObject({ code: 'not-permitted' });
  });

  it('does not happen while the vault is sealed, nor when it cannot be recorded', async () => {
    const sealed = await outside.replica({ isUnsealed: false });
    await expect(sealed.client.RevealSecret(wish(), asking(admin))).rejects.toMatchObject({ code: 'sealed' });
    outside.eventStore.append = () => Promise.reject(new AppError('unavailable', 'The database does not answer'));
    await expect(vault.client.RevealSecret(wish(), asking(admin))).rejects.toMatchObject({ code: 'unavailable' });
    expect(await reveals()).toEqual([]);
  });

  it('is not answered when it was recorded too late for whoever asked, and once more when they ask again', async () => {
    const asked = wish();
    const { eventStore } = outside;
    const append = eventStore.append.bind(eventStore);
    eventStore.append = async (...args) => {
      const result = await append(...args);
      outside.advance(60_000);
      return result;
    };
    await expect(vault.client.RevealSecret(asked, asking(admin))).rejects.toMatchObject({ code: 'deadline-exceeded' });
    eventStore.append = append;
    const again = await vault.client.RevealSecret(asked, asking(admin));
    expect(again.outcome).toBe('ignored');
    expect(await opened(again)).toBe(CANARY);
    expect(await reveals()).toHaveLength(1);
  });

  it('ends with the secret', async () => {
    await vault.client.ShredSecret({ secretId, scope: 'whole' }, asking(ada));
    expect(await vault.client.RevealSecret(wish(), asking(admin))).toMatchObject({ code: 'secret-shredded' });
  });

  describe('whose store was tampered with', () => {
    /** A replica that reads `from` where the stream of `to` is asked for, with its ids put right. */
    const pasted = async (part: 'ciphertext' | 'data key' | 'envelope', from: string): Promise<Replica> => {
      const source = (await outside.stored('secret')).find(({ stream }) => stream === `secret-${from}`)!;
      const theirs = (source.data as { envelope: Record<string, unknown> }).envelope;
      const { eventStore } = outside;
      const readStream = eventStore.readStream.bind(eventStore);
      eventStore.readStream = async function* (stream, options) {
        for await (const recorded of readStream(stream, options)) {
          const { envelope, ...data } = recorded.data as { envelope?: Record<string, unknown> };
          if (stream !== `secret-${secretId}` || envelope === undefined) yield recorded;
          else {
            const names = { ciphertext: ['sealed'], 'data key': ['dataKeyId'], envelope: ['sealed', 'dataKeyId'] }[
              part
            ];
            const taken = Object.fromEntries(names.map((name) => [name, theirs[name]]));
            yield { ...recorded, data: { ...data, envelope: { ...envelope, ...taken } } };
          }
        }
      };
      return outside.replica();
    };

    const uniform = {
      outcome: 'refused',
      code: 'secret-unreadable',
      message: 'The secret cannot be opened; it has to be entered anew',
    };

    it.each(['ciphertext', 'data key', 'envelope'] as const)(
      'does not open with the %s of another secret',
      async (part) => {
        const replica = await pasted(part, await seal(OTHER));
        expect(await replica.client.RevealSecret(wish(), asking(admin))).toEqual(uniform);
        expect(await reveals()).toEqual([]);
      },
    );

    it('does not open with the row of the key ring of another secret, nor without its own, with the same answer', async () => {
      const [own, other] = [secretId, await seal(OTHER)];
      const keyOf = async (id: string) => {
        const stored = (await outside.stored('secret')).find(({ stream }) => stream === `secret-${id}`)!;
        return (stored.data as { envelope: { dataKeyId: string } }).envelope.dataKeyId;
      };
      const [mine, theirs] = [await keyOf(own), await keyOf(other)];
      const row = outside.keyRing.rows.get(theirs)!;
      outside.keyRing.rows.set(mine, { ...row, keyId: mine });
      expect(await vault.client.RevealSecret(wish(), asking(admin))).toEqual(uniform);
      outside.keyRing.rows.delete(mine);
      expect(await vault.client.RevealSecret(wish(), asking(admin))).toEqual(uniform);
    });
  });

  it('is answered again for the same recipient after a lost answer, without another record', async () => {
    const asked = wish();
    await vault.client.RevealSecret(asked, asking(admin, { messageId: newId() }));
    const again = await vault.client.RevealSecret(asked, asking(admin, { messageId: newId() }));
    expect(again.outcome).toBe('ignored');
    expect(await opened(again)).toBe(CANARY);
    expect(await reveals()).toHaveLength(1);
  });
});
