import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DeliverySucceeded } from '@keyledger/contracts-delivery';
import { loadStream, newId } from '@keyledger/event-sourcing';
import { lease as leases } from '../src/domain/lease/lease.decider.ts';
import type { LeaseCommand } from '../src/domain/lease/lease.messages.ts';
import type { Lease } from '../src/domain/lease/lease.state.ts';
import { asking, delivery, newRecipient, revealKey } from './vault-client.ts';
import { type Approved, approvedRequest, factOf } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

jest.setTimeout(30_000);

const MINUTE_MS = 60_000;
const GRACE_MS = 30 * MINUTE_MS;

describe('the life of a lease', () => {
  let outside: Outside;
  let vault: Replica;
  let request: Approved;

  beforeEach(async () => {
    outside = new Outside();
    vault = await outside.replica();
    request = approvedRequest();
    await vault.hear(request.event);
  });

  const tell = <Type extends LeaseCommand['type']>(
    type: Type,
    data: Partial<Extract<LeaseCommand, { type: Type }>['data']> = {},
  ) =>
    vault.tell({
      type,
      data: { ...data, leaseId: request.leaseId, now: outside.clock().toISOString() },
    } as unknown as LeaseCommand);

  const lease = async (): Promise<Lease> => (await loadStream(outside.eventStore, leases, request.leaseId)).state;

  const publishedTypes = async () =>
    (await outside.published()).filter(({ streamId }) => streamId === request.leaseId).map(({ type }) => type);

  const delivered = (generation?: number) =>
    factOf(DeliverySucceeded, request.requestId, {
      deliveryId: newId(),
      requestId: request.requestId,
      leaseId: request.leaseId,
      channel: 'emailLink',
      ...(generation === undefined ? {} : { generation }),
    });

  const rotate = (graceMs: number) => tell('RotateLease', { rotationId: newId(), graceMs, reason: 'Every quarter' });

  const reveal = (generation?: number) => {
    const input = { leaseId: request.leaseId, generation, grantId: newId(), purpose: 'delivery' as const };
    return vault.client.RevealLease({ ...input, recipientKey: newRecipient().publicKey }, asking(delivery));
  };

  describe('rotation', () => {
    it('makes the successor, tells of it, and keeps the key before until that is delivered and its time is over', async () => {
      const first = await revealKey(vault.client, request.leaseId);
      await rotate(GRACE_MS);
      const second = await revealKey(vault.client, request.leaseId);
      expect(second).not.toBe(first);
      expect(outside.issuer.live.size).toBe(2);
      expect(await publishedTypes()).toContain('LeaseRotated');

      outside.advance(GRACE_MS);
      await vault.resume();
      expect(outside.issuer.live.size).toBe(2);

      await vault.hear(delivered(1));
      await vault.hear(delivered());
      expect(outside.issuer.live.size).toBe(2);
      await vault.hear(delivered(2));
      expect(outside.issuer.live.size).toBe(1);
      expect(await lease()).toMatchObject({ status: 'issued', generation: 2, retiring: [] });
      expect(await publishedTypes()).toContain('LeaseKeyRetired');
    });

    it('gives the successor to nobody who was told of the key before', async () => {
      expect(await reveal(1)).toMatchObject({ outcome: 'accepted' });
      await rotate(GRACE_MS);
      expect(await reveal(1)).toMatchObject({ outcome: 'refused', code: 'key-superseded' });
      expect(await reveal(2)).toMatchObject({ outcome: 'accepted' });
      expect(await reveal()).toMatchObject({ outcome: 'accepted' });
    });

    it('leaves the key before alone until its time is over, when the successor was delivered before', async () => {
      await rotate(GRACE_MS);
      await vault.hear(delivered(2));
      expect(outside.issuer.live.size).toBe(2);
      outside.advance(GRACE_MS - 1);
      await vault.resume();
      expect(outside.issuer.live.size).toBe(2);
      outside.advance(1);
      await vault.resume();
      expect(outside.issuer.live.size).toBe(1);
    });

    it('whose successor never arrives keeps the key before, and shows that, until somebody retires it', async () => {
      await rotate(0);
      outside.advance(GRACE_MS);
      await vault.resume();
      expect(await lease()).toMatchObject({ retiring: [{ generation: 1, awaitsDelivery: true }] });
      expect(outside.issuer.live.size).toBe(2);
      await tell('RetireKey', { generation: 1, reason: 'No mail arrives', orderedBy: 'admin' });
      expect(outside.issuer.live.size).toBe(1);
      expect(await lease()).toMatchObject({ status: 'issued', generation: 2, retiring: [] });
      expect(await publishedTypes()).toContain('LeaseKeyRetired');
    });

    it('that the issuer refuses leaves the key before as it was', async () => {
      const first = await revealKey(vault.client, request.leaseId);
      outside.issuer.failNext('issue', 'order-refused');
      await rotate(0);
      expect(await lease()).toMatchObject({ status: 'issued', generation: 1, rotation: undefined });
      expect(await revealKey(vault.client, request.leaseId)).toBe(first);
      expect(outside.issuer.live.size).toBe(1);
    });

    it('works again after one that came to nothing', async () => {
      outside.issuer.failNext('issue', 'order-refused');
      await rotate(0);
      await rotate(0);
      expect(await lease()).toMatchObject({ status: 'issued', generation: 3 });
      await vault.hear(delivered(3));
      expect([...outside.issuer.live.values()].map(({ alias }) => alias)).toEqual([`${request.leaseId}-g3`]);
    });

    it('gives the successor as much time as the lease has left', async () => {
      const { expiresAt } = (await lease()) as { expiresAt?: string };
      await rotate(0);
      expect(
        (await outside.stored('lease')).find(({ type }) => type === 'LeaseRotationStarted')?.data,
      ).not.toHaveProperty('expiresAt');
      expect(expiresAt).toBeDefined();
    });
  });

  describe('a key that is not given out', () => {
    it('is that of a suspended lease, until it is resumed', async () => {
      await tell('SuspendLease', { changeId: newId(), reason: 'Holidays' });
      expect(await reveal()).toMatchObject({ outcome: 'refused', code: 'lease-suspended' });
      expect([...outside.issuer.live.values()]).toMatchObject([{ isSuspended: true }]);
      await tell('ResumeLease', { changeId: newId() });
      expect(await reveal()).toMatchObject({ outcome: 'accepted' });
      expect([...outside.issuer.live.values()]).toMatchObject([{ isSuspended: false }]);
    });

    it('is that of a lease that was revoked', async () => {
      await tell('RevokeLease', { reason: 'The project is over' });
      expect(await reveal()).toMatchObject({ outcome: 'refused', code: 'lease-ended' });
      expect(outside.issuer.live.size).toBe(0);
      expect((await publishedTypes()).at(-1)).toBe('LeaseRevoked');
    });

    it('is that of a lease that is being revoked, although its key still lives', async () => {
      outside.issuer.failNext('revoke', 'before', 100);
      await expect(tell('RevokeLease', { reason: 'The project is over' })).rejects.toMatchObject({
        code: 'unavailable',
      });
      expect(await lease()).toMatchObject({ status: 'ending' });
      expect(await reveal()).toMatchObject({ outcome: 'refused', code: 'lease-ended' });
    });
  });

  describe('a suspension', () => {
    it('holds for the key in its grace period as well', async () => {
      await rotate(GRACE_MS);
      await tell('SuspendLease', { changeId: newId(), reason: 'Holidays' });
      expect([...outside.issuer.live.values()].map(({ isSuspended }) => isSuspended)).toEqual([true, true]);
    });
  });

  describe('a revocation that the issuer does not answer', () => {
    it('is tried on for ever, and says once that it takes long', async () => {
      outside.issuer.failNext('revoke', 'before', 1_000);
      await expect(tell('RevokeLease', { reason: 'Over' })).rejects.toThrow();
      for (let round = 0; round < 5; round += 1) {
        outside.advance(16 * MINUTE_MS);
        await vault.resume();
      }
      expect((await outside.storedTypes('lease')).filter((type) => type === 'LeaseEndingDelayed')).toHaveLength(1);
      expect(await lease()).toMatchObject({ status: 'ending', delay: { cause: 'issuer-unavailable' } });
      outside.issuer.heal();
      outside.advance(16 * MINUTE_MS);
      await vault.resume();
      expect(await lease()).toMatchObject({ status: 'ended', delay: undefined });
      expect(outside.issuer.live.size).toBe(0);
    });
  });

  describe('expiry', () => {
    it('ends the key at its time, without anybody asking', async () => {
      const { expiresAt = '' } = (await lease()) as { expiresAt?: string };
      outside.advance(Date.parse(expiresAt) - outside.clock().getTime() - 1);
      await vault.resume();
      expect(await lease()).toMatchObject({ status: 'issued' });
      outside.advance(1);
      await vault.resume();
      expect(await lease()).toMatchObject({ status: 'ended', how: 'expired' });
      expect(outside.issuer.live.size).toBe(0);
      expect((await publishedTypes()).at(-1)).toBe('LeaseExpired');
    });

    it('is later after a renewal', async () => {
      const { expiresAt = '' } = (await lease()) as { expiresAt?: string };
      const later = new Date(Date.parse(expiresAt) + GRACE_MS).toISOString();
      await tell('RenewLease', { changeId: newId(), expiresAt: later });
      expect(await lease()).toMatchObject({ expiresAt: later });
      outside.advance(Date.parse(expiresAt) - outside.clock().getTime());
      await vault.resume();
      expect(await lease()).toMatchObject({ status: 'issued' });
    });
  });

  describe('a change', () => {
    it('that the issuer refuses leaves the lease as it was, and says why', async () => {
      outside.issuer.failNext('change', 'order-refused');
      await tell('ChangeLeaseLimits', { changeId: newId(), limits: { budget: { maxUsd: 7 } } });
      expect((await outside.stored('lease')).at(-1)).toMatchObject({
        type: 'LeaseChangeFailed',
        data: { change: 'limits', cause: 'order-refused' },
      });
      expect(await lease()).toMatchObject({ change: undefined });
    });

    it('whose answer was lost is read from the record of the issuer when the time is up', async () => {
      outside.issuer.failNext('change', 'after', 100);
      await expect(
        tell('ChangeLeaseLimits', { changeId: newId(), limits: { budget: { maxUsd: 7 } } }),
      ).rejects.toThrow();
      outside.advance(16 * MINUTE_MS);
      await vault.resume();
      expect(await lease()).toMatchObject({ change: undefined, terms: { budget: { maxUsd: 7 } } });
    });

    it('that was not made in time has failed', async () => {
      outside.issuer.failNext('change', 'before', 100);
      await expect(
        tell('ChangeLeaseLimits', { changeId: newId(), limits: { budget: { maxUsd: 7 } } }),
      ).rejects.toThrow();
      outside.advance(16 * MINUTE_MS);
      await vault.resume();
      expect((await outside.storedTypes('lease')).at(-1)).toBe('LeaseChangeFailed');
    });
  });
});
