import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { AppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import { type Principal, servicePrincipal } from '@keyledger/messaging';
import { Crash, Life } from './mortal.ts';
import { admin, asking, delivery, newRecipient, type Recipient, revealKey } from './vault-client.ts';
import { type Approved, approvedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

jest.setTimeout(30_000);

describe('revealing the key of a lease', () => {
  let outside: Outside;
  let vault: Replica;
  let request: Approved;
  let recipient: Recipient;

  beforeEach(async () => {
    outside = new Outside();
    vault = await outside.replica();
    request = approvedRequest();
    recipient = newRecipient();
    await vault.hear(request.event);
  });

  const input = (changed: { leaseId?: string; grantId?: string } = {}) => ({
    leaseId: request.leaseId,
    grantId: randomUUID(),
    purpose: 'delivery' as const,
    recipientKey: recipient.publicKey,
    ...changed,
  });

  const reveals = async () =>
    (await outside.stored('secret')).filter(({ type }) => type === 'SecretRevealed' || type === 'RevealDenied');

  it('answers with the key, sealed to the recipient, and its mask', async () => {
    const reply = await vault.client.RevealLease(input(), asking(delivery));
    if (reply.outcome !== 'accepted') throw new Error(reply.outcome);
    const key = await recipient.open(reply.result.jwe);
    expect(outside.issuer.seen).toContain(key);
    expect(reply.result.mask).toBe(`${key.slice(0, 4)}...${key.slice(-4)}`);
    await expect(newRecipient().open(reply.result.jwe)).rejects.toThrow();
  });

  it('is recorded with grant, purpose, recipient, request and who asked', async () => {
    const asked = input();
    const options = asking(delivery);
    await vault.client.RevealLease(asked, options);
    const [revealed] = await reveals();
    expect(revealed).toMatchObject({
      type: 'SecretRevealed',
      data: {
        secretId: request.leaseId,
        version: 1,
        grantId: asked.grantId,
        purpose: 'delivery',
        recipient: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
        requestId: request.requestId,
      },
      metadata: { actor: { id: 'service:delivery' }, correlationId: options.correlationId },
    });
    expect((await outside.published()).at(-1)).toEqual({
      type: 'LeaseRevealed',
      streamId: request.leaseId,
      data: {
        leaseId: request.leaseId,
        requestId: request.requestId,
        generation: 1,
        purpose: 'delivery',
        grantId: asked.grantId,
      },
    });
  });

  it('is refused to another recipient under the same grant, and the attempt is recorded', async () => {
    const asked = input();
    await vault.client.RevealLease(asked, asking(delivery));
    const other = { ...asked, recipientKey: newRecipient().publicKey };
    expect(await vault.client.RevealLease(other, asking(delivery))).toEqual({
      outcome: 'refused',
      code: 'grant-used',
      message: 'This grant has been used for another recipient; each is good for one reveal',
    });
    expect((await reveals()).map(({ type }) => type)).toEqual(['SecretRevealed', 'RevealDenied']);
  });

  it.each([
    ['in another message', undefined],
    ['in the same message', newId()],
  ])('is answered again, without another record, when its recipient asks once more %s', async (_how, messageId) => {
    const asked = input();
    const options = () => asking(delivery, messageId === undefined ? {} : { messageId });
    const first = await vault.client.RevealLease(asked, options());
    const again = await vault.client.RevealLease(asked, options());
    if (first.outcome === 'refused' || again.outcome !== 'ignored') throw new Error('was not answered');
    expect(await recipient.open(again.result.jwe)).toBe(await recipient.open(first.result.jwe));
    expect((await reveals()).map(({ type }) => type)).toEqual(['SecretRevealed']);
    expect((await outside.published()).filter(({ type }) => type === 'LeaseRevealed')).toHaveLength(1);
  });

  it('succeeds again under another grant', async () => {
    expect(await revealKey(vault.client, request.leaseId)).toBe(await revealKey(vault.client, request.leaseId));
  });

  it('is refused without a second record when a message comes again for another recipient', async () => {
    const asked = input();
    const messageId = newId();
    await vault.client.RevealLease(asked, asking(delivery, { messageId }));
    const other = { ...asked, recipientKey: newRecipient().publicKey };
    expect(await vault.client.RevealLease(other, asking(delivery, { messageId }))).toMatchObject({
      code: 'grant-used',
    });
    expect(await reveals()).toHaveLength(1);
  });

  it.each<[string, Principal]>([
    ['another service', servicePrincipal('approval')],
    ['the vault itself', servicePrincipal('vault')],
    ['an administrator', admin],
    ['the owner', { kind: 'user', id: 'ada@example.com', roles: ['member'], proof: 'session' }],
    ['nobody', { kind: 'anonymous', id: 'anonymous', roles: [], proof: 'address' }],
  ])('is refused to %s, and the attempt is recorded', async (_who, principal) => {
    expect(await vault.client.RevealLease(input(), asking(principal))).toMatchObject({ code: 'not-permitted' });
    expect(await reveals()).toMatchObject([
      { type: 'RevealDenied', data: { reason: 'not-permitted' }, metadata: { actor: { id: principal.id } } },
    ]);
    expect((await outside.published()).map(({ type }) => type)).not.toContain('LeaseRevealed');
  });

  it('tells those who may not ask nothing about which leases exist', async () => {
    const unknown = await vault.client.RevealLease(input({ leaseId: randomUUID() }), asking(admin));
    expect(unknown).toEqual(await vault.client.RevealLease(input(), asking(admin)));
  });

  it('is refused for a lease that does not exist', async () => {
    const reply = await vault.client.RevealLease(input({ leaseId: randomUUID() }), asking(delivery));
    expect(reply).toMatchObject({ outcome: 'refused', code: 'lease-not-found' });
  });

  it.each(['unavailable', 'failed'])(
    'is refused while the key is not confirmed, although it lies sealed: %s',
    async (how) => {
      const waiting = approvedRequest();
      outside.issuer.failNext('issue', how === 'failed' ? 'order-refused' : 'after');
      await vault.hear(waiting.event).catch(() => undefined);
      const reply = await vault.client.RevealLease(input({ leaseId: waiting.leaseId }), asking(delivery));
      expect(reply).toMatchObject({ outcome: 'refused', code: 'lease-not-issued' });
    },
  );

  it('is refused to a key that is no point on the curve, and the grant stays good', async () => {
    const asked = input();
    const off = { ...asked, recipientKey: { ...recipient.publicKey, x: Buffer.alloc(32, 7).toString('base64url') } };
    await expect(vault.client.RevealLease(off, asking(delivery))).rejects.toMatchObject({ code: 'malformed' });
    expect(await reveals()).toEqual([]);
    expect(await vault.client.RevealLease(asked, asking(delivery))).toMatchObject({ outcome: 'accepted' });
  });

  it('does not happen while the vault is sealed, and the grant stays good', async () => {
    const asked = input();
    const sealed = await outside.replica({ isUnsealed: false });
    await expect(sealed.client.RevealLease(asked, asking(delivery))).rejects.toMatchObject({ code: 'sealed' });
    expect(await reveals()).toEqual([]);
    expect(await vault.client.RevealLease(asked, asking(delivery))).toMatchObject({ outcome: 'accepted' });
  });

  it('does not happen when nobody waits for it any more, and the grant stays good', async () => {
    const asked = input();
    const slow = await outside.replica();
    const find = outside.keyRing.find.bind(outside.keyRing);
    outside.keyRing.find = async (keyId) => {
      outside.advance(6_000);
      return find(keyId);
    };
    await expect(slow.client.RevealLease(asked, asking(delivery))).rejects.toMatchObject({ code: 'deadline-exceeded' });
    outside.keyRing.find = find;
    expect(await reveals()).toEqual([]);
    expect(await vault.client.RevealLease(asked, asking(delivery))).toMatchObject({ outcome: 'accepted' });
  });

  it('does not happen when it cannot be recorded', async () => {
    outside.eventStore.append = () => Promise.reject(new AppError('unavailable', 'The database does not answer'));
    await expect(vault.client.RevealLease(input(), asking(delivery))).rejects.toMatchObject({ code: 'unavailable' });
    expect(await reveals()).toEqual([]);
  });

  it('answers nothing when the process dies before the record, and a record stays when it dies after', async () => {
    for (const when of ['before', 'after'] as const) {
      const dying = await outside.replica({ life: new Life({ at: 2, when }) });
      const before = (await reveals()).length;
      const reply = await dying.client.RevealLease(input(), asking(delivery)).catch((error: unknown) => error);
      expect(reply).toMatchObject({ code: 'internal' });
      expect(reply).not.toBeInstanceOf(Crash);
      expect((await reveals()).length - before).toBe(when === 'before' ? 0 : 1);
    }
  });

  it('happens to each of many who ask at once under grants of their own, and none meets the record of another', async () => {
    const { append } = outside.eventStore;
    let conflicts = 0;
    outside.eventStore.append = (...what) =>
      append.apply(outside.eventStore, what).catch((error: unknown) => {
        conflicts += 1;
        throw error;
      });
    const replies = await Promise.all(
      Array.from({ length: 40 }, () => vault.client.RevealLease(input(), asking(delivery))),
    );
    expect(replies.map(({ outcome }) => outcome)).toEqual(replies.map(() => 'accepted'));
    expect([(await reveals()).length, conflicts]).toEqual([40, 0]);
  });

  it('happens once when many ask at once under one grant, in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const gate = () => scheduler.schedule(Promise.resolve());
        const replicas = await Promise.all([1, 2, 3].map(() => outside.replica({ life: new Life(undefined, gate) })));
        const asked = input();
        const each = () => ({ ...asked, recipientKey: newRecipient().publicKey });
        const replies = await scheduler.waitFor(
          Promise.all(replicas.map(({ client }) => client.RevealLease(each(), asking(delivery)))),
        );
        expect(replies.map((reply) => (reply.outcome === 'refused' ? reply.code : reply.outcome)).sort()).toEqual([
          'accepted',
          'grant-used',
          'grant-used',
        ]);
      }),
      { numRuns: 30 },
    );
  });
});
