import { beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@keyledger/event-sourcing';
import { servicePrincipal } from '@keyledger/messaging';
import { person } from './people.ts';
import { admin, asking, newRecipient } from './vault-client.ts';
import { approvedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

const HOUR_MS = 3_600_000;

const owner = person('carl@example.com');

let outside: Outside;
let vault: Replica;
let leaseId: string;

beforeEach(async () => {
  outside = new Outside();
  vault = await outside.replica();
  const reply = await vault.client.IssueLease({ owner: owner.id, modelIds: ['gpt-4o-mini'] }, asking(admin));
  if (reply.outcome === 'refused') throw new Error(reply.code);
  ({ leaseId } = reply.result);
});

const fetchKey = async (principal = owner, also: object = {}) => {
  const recipient = newRecipient();
  const wish = { secretId: leaseId, grantId: newId(), purpose: 'checkout' as const, ...also };
  const reply = await vault.client.RevealSecret({ ...wish, recipientKey: recipient.publicKey }, asking(principal));
  return reply.outcome === 'refused' ? reply.code : recipient.open(reply.result.jwe);
};

describe('a key that nobody delivers', () => {
  it('is fetched by its owner, and is the one that the issuer knows', async () => {
    const key = await fetchKey();
    expect([...outside.issuer.seen]).toEqual([key]);
    expect(await outside.storedTypes('secret')).toEqual(['SecretSealed', 'SecretRevealed']);
  });

  it('is fetched by nobody else, and the attempts are recorded', async () => {
    const typed = { ...owner, proof: 'address' as const };
    for (const principal of [admin, person('bob@example.com'), typed, servicePrincipal('delivery')])
      expect(await fetchKey(principal)).toBe('not-permitted');
    expect((await outside.storedTypes('secret')).filter((type) => type === 'RevealDenied')).toHaveLength(4);
  });

  it('is, after a rotation, the new one; the one before ends after its grace period', async () => {
    const first = await fetchKey();
    await vault.client.RotateLease({ leaseId, reason: 'It was in a chat', gracePeriod: '1h' }, asking(owner));
    const second = await fetchKey();
    expect([...outside.issuer.seen]).toEqual([first, second]);
    expect(outside.issuer.live.size).toBe(2);
    expect(await fetchKey(owner, { version: 1 })).toBe('not-permitted');
    outside.advance(HOUR_MS);
    await vault.resume();
    expect(outside.issuer.live.size).toBe(1);
  });

  it('is the one that counts for break-glass too, and not a successor that the issuer does not know yet', async () => {
    const key = await fetchKey();
    outside.issuer.failNext('issue', 'before', 100);
    await vault.client.RotateLease({ leaseId, reason: 'It was in a chat' }, asking(owner));
    expect(await outside.storedTypes('secret')).toContain('SecretSealed');
    const breakGlass = { purpose: 'break-glass' as const, reason: 'The owner is on leave' };
    expect(await fetchKey(admin, breakGlass)).toBe(key);
    expect(await fetchKey(admin, { ...breakGlass, version: 2 })).not.toBe(key);
    await vault.client.SuspendLease({ leaseId, reason: 'Strange spending' }, asking(admin));
    expect(await fetchKey(admin, breakGlass)).toBe(key);
  });

  it('is not given out while it is suspended, nor after its end', async () => {
    await vault.client.SuspendLease({ leaseId, reason: 'Strange spending' }, asking(admin));
    expect(await fetchKey()).toBe('not-permitted');
    await vault.client.ResumeLease({ leaseId }, asking(admin));
    expect(await fetchKey()).toMatch(/^sk-/);
    await vault.client.RevokeLease({ leaseId, reason: 'Carl has left' }, asking(admin));
    expect(await fetchKey()).toBe('not-permitted');
  });

  it('is not what a key is that delivery brings', async () => {
    const request = approvedRequest({ email: owner.id });
    await vault.hear(request.event);
    expect(await fetchKey(owner, { secretId: request.leaseId })).toBe('not-permitted');
  });
});
