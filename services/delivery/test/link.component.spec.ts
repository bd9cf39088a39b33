import type { RevealLease } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { type Principal, type ReplyOf, servicePrincipal } from '@keyledger/messaging';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint } from 'jose';
import { deliveryIdOf } from '../src/domain/delivery/delivery.process.ts';
import { ComponentRig } from './component-rig.ts';
import {
  admin,
  askAs,
  claimant,
  gatewayUrl,
  leaseId,
  leaseIssued,
  newRecipientKey,
  requestId,
  stranger,
  tokenIn,
} from './examples.ts';
import { GrantKeepingVault } from './grant-keeping-vault.ts';

const HOUR_MS = 60 * 60 * 1000;
const deliveryId = deliveryIdOf(leaseId, 1);
const expiresAt = '2026-12-04T08:00:00.000Z';

let rig: ComponentRig;
let token: string;
let vault: GrantKeepingVault;

const lastToken = (): string => tokenIn(rig.mailer.received.at(-1)?.text ?? '');

const look = (of = token) => rig.client.GetLink({ token: of }, askAs(stranger));

const open = (of = token, principal: Principal = claimant, recipientKey = newRecipientKey()) =>
  rig.client.OpenLink({ token: of, recipientKey }, askAs(principal));

const resend = (principal = admin, id = deliveryId) => rig.client.ResendLink({ deliveryId: id }, askAs(principal));

beforeEach(async () => {
  rig = new ComponentRig();
  vault = new GrantKeepingVault();
  await rig.start();
  rig.vaultAnswers((input) => Promise.resolve(vault.reveal(input)));
  await rig.deliver(leaseIssued());
  await rig.settle();
  token = lastToken();
});

describe('looking at a link', () => {
  it('tells what it leads to and consumes nothing', async () => {
    const view = { deliveryId, linkNumber: 1, requestId, modelIds: ['gpt-4o-mini'], state: 'unopened', expiresAt };
    expect(await look()).toEqual(view);
    expect(await look()).toEqual(view);
    expect(vault.asked).toEqual([]);
    expect((await open()).outcome).toBe('accepted');
  });

  it('tells nothing of a token that is not ours', async () => {
    const last = token.at(-1) === 'A' ? 'E' : 'A';
    expect(await look(`${token.slice(0, -1)}${last}`)).toBeNull();
    expect(await look('x'.repeat(70))).toBeNull();
  });

  it('tells that it expired', async () => {
    rig.advance(72 * HOUR_MS);
    expect(await look()).toMatchObject({ state: 'expired' });
  });

  it('tells when it was opened', async () => {
    rig.advance(HOUR_MS);
    await open();
    expect(await look()).toMatchObject({ state: 'opened', openedAt: rig.now.toISOString() });
  });
});

describe('opening a link', () => {
  it('answers with the key sealed to the recipient, and is recorded', async () => {
    const recipientKey = newRecipientKey();
    expect(await open(token, claimant, recipientKey)).toEqual({
      outcome: 'accepted',
      result: {
        jwe: `sealed to ${recipientKey.x}`,
        gatewayUrl,
        modelIds: ['gpt-4o-mini'],
        keyExpiresAt: '2026-12-31T08:00:00.000Z',
      },
    });
    expect(vault.asked).toEqual([
      { leaseId, generation: 1, grantId: expect.any(String), purpose: 'delivery', recipientKey },
    ]);
    expect(await rig.published()).toContainEqual({
      type: 'LinkOpened',
      data: { deliveryId, requestId, leaseId, channel: 'emailLink', openedAt: rig.now.toISOString() },
    });
    expect((await rig.stored()).at(-1)).toMatchObject({
      data: { grantId: vault.asked[0]?.grantId, recipient: await calculateJwkThumbprint(recipientKey) },
    });
  });

  it('leaves no trace of the token or the key in what is stored', async () => {
    await open();
    const everything = JSON.stringify(await rig.stored(), (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(everything).not.toContain(token);
    expect(everything).not.toContain(token.slice(-42));
    expect(everything).not.toContain('sealed to');
  });

  it('names who opened it', async () => {
    await open();
    expect((await rig.stored()).at(-1)?.metadata.actor).toMatchObject({ id: claimant.id, proof: 'claim-code' });
  });

  it('works once', async () => {
    await open();
    expect(await open()).toMatchObject({ outcome: 'refused', code: 'link-already-opened' });
    expect(vault.asked).toHaveLength(1);
  });

  it('answers whoever repeats it after a lost answer: the same key, revealed and opened once', async () => {
    const recipientKey = newRecipientKey();
    const first = await open(token, claimant, recipientKey);
    const again = await open(token, claimant, recipientKey);
    expect(again).toEqual({ ...first, outcome: 'ignored', because: expect.any(String) });
    rig.advance(72 * HOUR_MS);
    expect(await open(token, claimant, recipientKey)).toMatchObject({ outcome: 'ignored' });
    expect(vault.reveals).toBe(1);
    expect((await rig.storedTypes()).filter((type) => type === 'LinkOpened')).toHaveLength(1);
  });

  it('answers a repetition to nobody who has not proved the claim code', async () => {
    const recipientKey = newRecipientKey();
    await open(token, claimant, recipientKey);
    expect(await open(token, stranger, recipientKey)).toMatchObject({ outcome: 'refused', code: 'claim-not-proven' });
    expect(vault.asked).toHaveLength(1);
  });

  it('asks the vault as the service itself', async () => {
    const callers: Principal[] = [];
    rig.vaultAnswers((input, { principal }) => {
      callers.push(principal);
      return Promise.resolve(vault.reveal(input));
    });
    await open();
    expect(callers).toEqual([servicePrincipal('delivery')]);
  });

  it.each([
    ['a stranger', stranger],
    ['an administrator', admin],
    ['whoever proved the code of another request', { ...claimant, requestId: leaseId }],
    ['whoever only names the request', { ...claimant, proof: 'address' as const }],
  ])('is refused to %s', async (_who, principal) => {
    expect(await open(token, principal)).toMatchObject({ outcome: 'refused', code: 'claim-not-proven' });
    expect(vault.asked).toEqual([]);
    expect(await look()).toMatchObject({ state: 'unopened' });
  });

  it('is refused for a token that is not ours', async () => {
    expect(await open('x'.repeat(70))).toMatchObject({ outcome: 'refused', code: 'link-not-found' });
  });

  it('is refused after its time', async () => {
    rig.advance(72 * HOUR_MS);
    expect(await open()).toMatchObject({ outcome: 'refused', code: 'link-expired' });
    expect(vault.asked).toEqual([]);
  });
});

describe('two people who open a link at the same moment', () => {
  const codesOf = (replies: readonly Awaited<ReturnType<typeof open>>[]): readonly string[] =>
    replies.map((reply) => (reply.outcome === 'refused' ? reply.code : 'opened')).sort();

  /** The answers of the vault are held back until it was asked so often. */
  const holdingBack = (questions: number): void => {
    const allAsked = Promise.withResolvers<void>();
    rig.vaultAnswers(async (input) => {
      const reply = vault.reveal(input);
      if (vault.asked.length === questions) allAsked.resolve();
      await allAsked.promise;
      return reply;
    });
  };

  it('do not both get the key, and it is revealed to the one who gets it and to nobody else', async () => {
    holdingBack(2);
    expect(codesOf(await Promise.all([open(), open()]))).toEqual(['link-already-opened', 'opened']);
    expect(new Set(vault.asked.map(({ grantId }) => grantId)).size).toBe(1);
    expect(vault.reveals).toBe(1);
    expect((await rig.storedTypes()).filter((type) => type === 'LinkOpened')).toHaveLength(1);
  });

  it('both get it when they are the same command twice', async () => {
    holdingBack(2);
    const recipientKey = newRecipientKey();
    const opening = () => open(token, claimant, recipientKey);
    expect(codesOf(await Promise.all([opening(), opening()]))).toEqual(['opened', 'opened']);
    expect(vault.reveals).toBe(1);
    expect((await rig.storedTypes()).filter((type) => type === 'LinkOpened')).toHaveLength(1);
  });

  it('lose against a newer link that was sent meanwhile', async () => {
    rig.vaultAnswers(async (input) => {
      await resend();
      return vault.reveal(input);
    });
    expect(await open()).toMatchObject({ outcome: 'refused', code: 'link-superseded' });
  });
});

describe('a vault that does not reveal', () => {
  const faults: readonly [string, () => Promise<ReplyOf<typeof RevealLease>>, string][] = [
    ['is sealed', () => Promise.reject(new AppError('sealed', 'The vault is sealed')), 'sealed'],
    ['is down', () => Promise.reject(new AppError('unavailable', 'The vault is down')), 'unavailable'],
    ['has a defect', () => Promise.reject(new Error('a secret detail')), 'internal'],
    ['knows no such lease', () => refusal('lease-not-found'), 'not-found'],
    ['has not issued it', () => refusal('lease-not-issued'), 'not-found'],
    ['does not permit it', () => refusal('not-permitted'), 'forbidden'],
  ];
  const refusal = (code: 'lease-not-found' | 'lease-not-issued' | 'not-permitted') =>
    Promise.resolve({ outcome: 'refused' as const, code, message: 'No' });

  it.each(faults)('because it %s leaves the link unopened', async (_why, answer, code) => {
    rig.vaultAnswers(answer);
    await expect(open()).rejects.toMatchObject({ code });
    expect(await look()).toMatchObject({ state: 'unopened' });
    rig.vaultAnswers((input) => Promise.resolve(vault.reveal(input)));
    expect((await open()).outcome).toBe('accepted');
  });

  it('in time leaves the link unopened', async () => {
    rig.vaultAnswers((input) => {
      rig.advance(HOUR_MS);
      return Promise.resolve(vault.reveal(input));
    });
    const recipientKey = newRecipientKey();
    await expect(open(token, claimant, recipientKey)).rejects.toMatchObject({ code: 'deadline-exceeded' });
    expect(await look()).toMatchObject({ state: 'unopened' });
    rig.vaultAnswers((input) => Promise.resolve(vault.reveal(input)));
    expect((await open(token, claimant, recipientKey)).outcome).toBe('accepted');
  });
});

describe('sending a link again', () => {
  it('replaces the link by a new one', async () => {
    rig.advance(HOUR_MS);
    expect(await resend()).toMatchObject({
      outcome: 'accepted',
      result: { deliveryId, status: 'started', link: { state: 'unopened', expiresAt: '2026-12-04T09:00:00.000Z' } },
    });
    await rig.settle();
    expect(rig.mailer.received).toHaveLength(2);
    expect(rig.mailer.received[1]?.messageId).not.toBe(rig.mailer.received[0]?.messageId);
    expect(await look()).toMatchObject({ state: 'superseded' });
    expect(await open()).toMatchObject({ outcome: 'refused', code: 'link-superseded' });
    expect((await open(lastToken())).outcome).toBe('accepted');
  });

  it('helps when the first one was opened and lost', async () => {
    await open();
    await resend();
    await rig.settle();
    expect((await open(lastToken())).outcome).toBe('accepted');
  });

  it('answers a repeated command with what it did', async () => {
    const options = askAs(admin, { messageId: '0193a000-0000-7000-8000-0000000000aa' });
    const first = await rig.client.ResendLink({ deliveryId }, options);
    const second = await rig.client.ResendLink({ deliveryId }, options);
    expect(first.outcome).toBe('accepted');
    expect(second.outcome).toBe('ignored');
    await rig.settle();
    expect(rig.mailer.received).toHaveLength(2);
  });

  it('is refused while a mail is being sent', async () => {
    await resend();
    expect(await resend()).toMatchObject({ outcome: 'refused', code: 'delivery-in-progress' });
  });

  it('is refused for an unknown delivery', async () => {
    expect(await resend(admin, leaseId)).toMatchObject({ outcome: 'refused', code: 'delivery-not-found' });
  });

  it.each([
    ['a reviewer', { ...admin, roles: ['reviewer' as const] }],
    ['the requester', claimant],
    ['a stranger', stranger],
    ['an administrator of whom nothing is known but an address', { ...admin, proof: 'address' as const }],
  ])('is refused to %s', async (_who, principal) => {
    expect(await resend(principal)).toMatchObject({ outcome: 'refused', code: 'not-an-administrator' });
    expect(rig.mailer.received).toHaveLength(1);
  });
});
