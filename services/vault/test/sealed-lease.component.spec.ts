import { beforeEach, describe, expect, it } from '@jest/globals';
import { approvedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { admin, asking } from './vault-client.ts';
import { Outside } from './vault-in-memory.ts';

describe('a lease while the vault is sealed', () => {
  let outside: Outside;
  let sealed: Replica;
  let leaseId: string;

  beforeEach(async () => {
    outside = new Outside();
    const vault = await outside.replica();
    const { event, leaseId: id } = approvedRequest({ duration: '30d' });
    await vault.hear(event);
    leaseId = id;
    sealed = await outside.replica({ isUnsealed: false });
  });

  it('is not rotated, since its new key could not be sealed, and so stays open to what needs no key', async () => {
    const before = await outside.storedTypes('lease');
    const rotating = sealed.client.RotateLease({ leaseId, reason: 'It was in a chat' }, asking(admin));
    await expect(rotating).rejects.toMatchObject({ code: 'sealed' });
    expect(await outside.storedTypes('lease')).toEqual(before);
    expect(await sealed.client.SuspendLease({ leaseId, reason: 'It was in a chat' }, asking(admin))).toMatchObject({
      outcome: 'accepted',
      result: { status: 'suspended' },
    });
    expect(await sealed.client.ResumeLease({ leaseId }, asking(admin))).toMatchObject({ outcome: 'accepted' });
    expect(await sealed.client.RevokeLease({ leaseId, reason: 'It was in a chat' }, asking(admin))).toMatchObject({
      result: { status: 'ended' },
    });
  });
});
