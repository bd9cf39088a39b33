import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AppError } from '@keyledger/errors';
import { admin, asking, revealKey } from './vault-client.ts';
import { type Approved, approvedRequest, resumedRequest, retriedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

jest.setTimeout(30_000);

const MINUTE_MS = 60_000;

describe('issuing the key of an approved request', () => {
  let outside: Outside;
  let vault: Replica;
  let request: Approved;

  beforeEach(async () => {
    outside = new Outside();
    vault = await outside.replica();
    request = approvedRequest();
  });

  const lease = () => vault.client.FindLeaseByRequest({ requestId: request.requestId }, asking(admin));

  /** The key that is live is the one that the vault would reveal, and there is no other. */
  const expectOneWorkingKey = async (): Promise<void> => {
    const key = await revealKey(vault.client, request.leaseId);
    expect(outside.issuer.seen).toContain(key);
    expect([...outside.issuer.live.values()].map(({ labels }) => labels?.leaseId)).toEqual([request.leaseId]);
  };

  it('records the intent, seals the key, asks the issuer, records the outcome', async () => {
    await vault.hear(request.event);
    expect(await outside.storedTypes('lease', 'secret')).toEqual([
      'LeaseStarted',
      'SecretSealed',
      'LeaseKeySealed',
      'LeaseIssued',
    ]);
    expect(await lease()).toMatchObject({ status: 'issued', generation: 1, alias: `${request.leaseId}-g1` });
    await expectOneWorkingKey();
  });

  it('gives every event the request as correlation, the approval as cause, and the vault as actor', async () => {
    await vault.hear(request.event);
    for (const { metadata } of await outside.stored('lease', 'secret')) {
      expect(metadata).toMatchObject({
        correlationId: request.requestId,
        causationId: request.event.id,
        actor: { kind: 'service', id: 'service:vault' },
      });
    }
  });

  it('applies the limits of the operator', async () => {
    await vault.hear(request.event);
    const [started] = await outside.stored('lease');
    expect(started?.data).toMatchObject({ duration: '30d', owner: 'ada@example.com', modelIds: ['gpt-4o-mini'] });
  });

  it('does nothing a second time when the event comes again', async () => {
    await vault.hear(request.event);
    const before = await outside.stored();
    await vault.hear(request.event);
    await (await outside.replica()).hear(request.event);
    expect(await outside.stored()).toEqual(before);
    await expectOneWorkingKey();
  });

  it('tells of the key again when the request is taken up again, and issues none', async () => {
    await vault.hear(request.event);
    const before = await outside.stored();
    await vault.hear(resumedRequest(request.requestId));
    expect(await outside.stored()).toEqual(before);
    expect(outside.announcer.announced.map(({ type, id }) => [type, id])).toEqual([['LeaseIssued', before.at(-1)?.id]]);
    await expectOneWorkingKey();
  });

  it('begins when the approval is told again that it had missed', async () => {
    await vault.hear(resumedRequest(request.requestId));
    expect(outside.announcer.announced).toEqual([]);
    await vault.hear(request.event);
    await vault.hear(request.event);
    await expectOneWorkingKey();
  });

  it('leaves a lease alone that another replica is working on, and comes back', async () => {
    const busy = await outside.replica({ lock: { tryHold: () => Promise.resolve(undefined) } });
    await expect(busy.hear(request.event)).rejects.toMatchObject({ code: 'unavailable', retryAfterMs: 1_000 });
    expect(outside.issuer.live.size).toBe(0);
  });

  describe('while the vault is sealed', () => {
    it('writes nothing, and issues when it is unsealed, without a restart', async () => {
      const sealed = await outside.replica({ isUnsealed: false });
      const before = await outside.stored();
      await expect(sealed.hear(request.event)).rejects.toMatchObject({ code: 'sealed' });
      expect(await outside.stored()).toEqual(before);
      await sealed.unsealing.attempt();
      await sealed.hear(request.event);
      await expectOneWorkingKey();
    });

    it('records no retry', async () => {
      outside.issuer.failNext('issue', 'order-refused');
      await vault.hear(request.event);
      const before = await outside.stored();
      const sealed = await outside.replica({ isUnsealed: false });
      await expect(sealed.hear(retriedRequest(request.requestId))).rejects.toMatchObject({ code: 'sealed' });
      expect(await outside.stored()).toEqual(before);
    });
  });

  describe('when the issuer does not answer', () => {
    it.each(['before', 'after'] as const)(
      'fails for the moment, and succeeds with the same key later: %s',
      async (when) => {
        outside.issuer.failNext('issue', when, 3);
        for (let attempt = 0; attempt < 3; attempt += 1)
          await expect(vault.hear(request.event)).rejects.toMatchObject({ code: 'unavailable' });
        expect(await lease()).toMatchObject({ status: 'started' });
        await vault.hear(request.event);
        expect(await lease()).toMatchObject({ status: 'issued', generation: 1 });
        expect(outside.issuer.seen.size).toBe(1);
        await expectOneWorkingKey();
      },
    );

    it('is continued by the runner when no message comes again', async () => {
      outside.issuer.failNext('issue', 'before');
      await expect(vault.hear(request.event)).rejects.toThrow();
      await vault.resume();
      expect(await lease()).toMatchObject({ status: 'started' });
      outside.advance(3 * MINUTE_MS);
      await vault.resume();
      expect(await lease()).toMatchObject({ status: 'issued' });
      await expectOneWorkingKey();
    });

    it('fails with its cause after the time that is set for it, and no earlier', async () => {
      outside.issuer.failNext('issue', 'before', 100);
      await expect(vault.hear(request.event)).rejects.toThrow();
      outside.advance(15 * MINUTE_MS);
      await expect(vault.hear(request.event)).rejects.toThrow();
      outside.advance(1);
      await vault.hear(request.event);
      expect(await lease()).toMatchObject({
        status: 'failed',
        failure: { cause: 'issuer-unavailable', message: 'No answer in time. The fake issuer does not answer' },
      });
      expect(await outside.stored('lease')).toContainEqual(
        expect.objectContaining({
          type: 'LeaseIssueFailed',
          data: expect.objectContaining({ mayExistAtIssuer: false }),
        }),
      );
    });

    it('takes over the key that is found at the last moment instead of failing', async () => {
      outside.issuer.failNext('issue', 'after', 100);
      await expect(vault.hear(request.event)).rejects.toThrow();
      outside.advance(16 * MINUTE_MS);
      await vault.hear(request.event);
      expect(await lease()).toMatchObject({ status: 'issued' });
      await expectOneWorkingKey();
    });

    it('remembers that the key may exist when not even that can be found out, and a retry takes it over', async () => {
      outside.issuer.failNext('issue', 'after', 100);
      outside.issuer.failNext('lookup', 'before', 100);
      await expect(vault.hear(request.event)).rejects.toThrow();
      outside.advance(16 * MINUTE_MS);
      await vault.hear(request.event);
      expect((await outside.stored('lease')).at(-1)?.data).toMatchObject({ mayExistAtIssuer: true });
      outside.issuer.heal();
      await vault.hear(retriedRequest(request.requestId));
      expect(await lease()).toMatchObject({ status: 'issued', generation: 1 });
      await expectOneWorkingKey();
    });

    it('is asked anew for the whole time after a retry', async () => {
      outside.issuer.failNext('issue', 'before', 100);
      await expect(vault.hear(request.event)).rejects.toThrow();
      outside.advance(16 * MINUTE_MS);
      await vault.hear(request.event);
      const retry = retriedRequest(request.requestId);
      await expect(vault.hear(retry)).rejects.toMatchObject({ code: 'unavailable' });
      outside.advance(14 * MINUTE_MS);
      await expect(vault.hear(retry)).rejects.toMatchObject({ code: 'unavailable' });
      outside.advance(2 * MINUTE_MS);
      await vault.hear(retry);
      expect(await lease()).toMatchObject({ status: 'failed' });
    });
  });

  describe('when the issuer says no', () => {
    it.each(['credential-refused', 'order-refused'] as const)('fails at once with the cause: %s', async (refusal) => {
      outside.issuer.failNext('issue', refusal);
      await vault.hear(request.event);
      expect(await lease()).toMatchObject({
        status: 'failed',
        failure: { cause: refusal, message: 'The fake issuer refuses' },
      });
      expect(outside.issuer.live.size).toBe(0);
      const published = (await outside.published()).filter(({ streamId }) => streamId === request.leaseId);
      expect(published.map(({ type }) => type)).toEqual(['LeaseStarted', 'LeaseIssueFailed']);
    });

    it('succeeds after a retry with the same key', async () => {
      outside.issuer.failNext('issue', 'order-refused');
      await vault.hear(request.event);
      await vault.hear(retriedRequest(request.requestId));
      expect(await lease()).toMatchObject({ status: 'issued', generation: 1 });
      expect(outside.issuer.seen.size).toBe(1);
      await expectOneWorkingKey();
    });

    it('does not fail when the key of an earlier, unanswered order is there', async () => {
      outside.issuer.failNext('issue', 'after');
      await expect(vault.hear(request.event)).rejects.toThrow();
      outside.issuer.failNext('issue', 'credential-refused');
      await vault.hear(request.event);
      expect(await lease()).toMatchObject({ status: 'issued' });
      await expectOneWorkingKey();
    });
  });

  describe('when the alias belongs to somebody else', () => {
    it('fails without touching their key, and a retry uses a new alias and a new key', async () => {
      outside.issuer.live.set('theirs', { alias: `${request.leaseId}-g1`, expiresAt: undefined, labels: undefined });
      await vault.hear(request.event);
      expect(await lease()).toMatchObject({ status: 'failed', failure: { cause: 'alias-taken' } });
      await vault.hear(retriedRequest(request.requestId));
      expect(await lease()).toMatchObject({ status: 'issued', generation: 2, alias: `${request.leaseId}-g2` });
      expect(outside.issuer.seen.size).toBe(2);
      expect(outside.issuer.live.delete('theirs')).toBe(true);
      await expectOneWorkingKey();
    });
  });

  describe('when the sealed key cannot be opened any more', () => {
    const shred = (): void => {
      for (const [id, { purpose }] of outside.keyRing.rows) if (purpose === 'secret') outside.keyRing.rows.delete(id);
    };

    it.each(['before', 'after'] as const)(
      'fails, and a retry ends what may be live before it makes a new key: %s',
      async (when) => {
        outside.issuer.failNext('issue', when);
        await expect(vault.hear(request.event)).rejects.toThrow();
        shred();
        await vault.hear(request.event);
        expect(await lease()).toMatchObject({ status: 'failed', failure: { cause: 'secret-unreadable' } });
        expect(
          (await outside.stored('secret')).find(({ type }) => type === 'SecretFoundUnreadable')?.data,
        ).toMatchObject({
          secretId: request.leaseId,
          version: 1,
          foundBy: 'lease',
        });
        await vault.hear(retriedRequest(request.requestId));
        expect(await lease()).toMatchObject({ status: 'issued', generation: 2 });
        expect((await outside.storedTypes('lease')).filter((type) => type === 'LeaseKeyDiscarded')).toHaveLength(
          when === 'after' ? 1 : 0,
        );
        await expectOneWorkingKey();
      },
    );

    it('does not make a new key while the old one cannot be ended', async () => {
      outside.issuer.failNext('issue', 'after');
      await expect(vault.hear(request.event)).rejects.toThrow();
      shred();
      await vault.hear(request.event);
      outside.issuer.failNext('revoke', 'before');
      const retry = retriedRequest(request.requestId);
      await expect(vault.hear(retry)).rejects.toMatchObject({ code: 'unavailable' });
      expect(outside.issuer.live.size).toBe(1);
      await vault.hear(retry);
      await expectOneWorkingKey();
    });
  });

  describe('a retry', () => {
    it('of the delivery is not the business of the vault', async () => {
      outside.issuer.failNext('issue', 'order-refused');
      await vault.hear(request.event);
      const before = await outside.stored();
      await vault.hear(retriedRequest(request.requestId, 'delivery'));
      expect(await outside.stored()).toEqual(before);
    });

    it('that comes twice is made once, although the lease failed again in between', async () => {
      outside.issuer.failNext('issue', 'order-refused', 2);
      await vault.hear(request.event);
      const retry = retriedRequest(request.requestId);
      await vault.hear(retry);
      const before = await outside.stored();
      await vault.hear(retry);
      expect(await outside.stored()).toEqual(before);
    });

    it('of a request without a lease is a defect that must be seen', async () => {
      await expect(vault.hear(retriedRequest(request.requestId))).rejects.not.toBeInstanceOf(AppError);
    });
  });

  describe('the runner that looks after leases left behind', () => {
    it('waits while the vault is sealed', async () => {
      outside.issuer.failNext('issue', 'before');
      await expect(vault.hear(request.event)).rejects.toThrow();
      outside.advance(3 * MINUTE_MS);
      const sealed = await outside.replica({ isUnsealed: false });
      await sealed.resume();
      expect(await lease()).toMatchObject({ status: 'started' });
    });

    it('goes on with the next lease after a defect, and stops when the issuer is away', async () => {
      const others = [approvedRequest(), approvedRequest()];
      outside.issuer.failNext('issue', 'before', 3);
      for (const { event } of [request, ...others]) await expect(vault.hear(event)).rejects.toThrow();
      outside.advance(3 * MINUTE_MS);
      outside.issuer.failNext('issue', 'before', 1);
      await vault.resume();
      expect(outside.issuer.live.size).toBe(0);
      outside.advance(2 * MINUTE_MS);
      await vault.resume();
      expect(outside.issuer.live.size).toBe(3);
    });
  });
});
