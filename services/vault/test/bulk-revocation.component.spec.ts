import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { servicePrincipal } from '@keyledger/messaging';
import { Life } from './mortal.ts';
import { person } from './people.ts';
import { admin, asking } from './vault-client.ts';
import { approvedRequest, retriedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

const scope = { owner: 'ada@example.com' };
const reason = 'Ada has left';

const auditor = person('otto@example.com', ['auditor']);

let outside: Outside;
let vault: Replica;

const issue = async (email = 'ada@example.com'): Promise<string> => {
  const request = approvedRequest({ email });
  await vault.hear(request.event);
  return request.leaseId;
};

beforeEach(async () => {
  outside = new Outside();
  vault = await outside.replica();
});

const preview = async (which: object = scope, first = 20) => {
  await outside.project();
  return vault.client.PreviewLeaseRevocation({ scope: which, first }, asking(admin));
};

const revoke = (digest: string, also: object = {}, principal = admin) =>
  vault.client.RevokeLeases({ scope, digest, reason, ...also }, asking(principal));

const started = async (digest: string) => {
  const reply = await revoke(digest);
  if (reply.outcome === 'refused') throw new Error(reply.code);
  return reply.result;
};

const progress = (bulkId: string, principal = admin) => vault.client.GetBulkRevocation({ bulkId }, asking(principal));

describe('revoking leases together', () => {
  it('shows first what it hits: how many, the newest of them, and what stands for the set', async () => {
    const ids = [await issue(), await issue(), await issue()];
    await issue('bob@example.com');
    const shown = await preview(scope, 2);
    expect(shown).toMatchObject({ total: 3, digest: expect.stringMatching(/^[\da-f]{64}$/) });
    expect(shown.leases).toHaveLength(2);
    expect(ids).toEqual(expect.arrayContaining(shown.leases.map(({ leaseId }) => leaseId)));
  });

  it('hits leases that have failed as well: their key may be there, and nobody gets one by a retry', async () => {
    outside.issuer.failNext('issue', 'order-refused');
    const request = approvedRequest();
    await vault.hear(request.event);
    const { total, digest } = await preview();
    expect(total).toBe(1);
    await started(digest);
    await vault.revokeTogether();
    await vault.hear(retriedRequest(request.requestId));
    const lease = await vault.client.GetLease({ leaseId: request.leaseId }, asking(admin));
    expect(lease).toMatchObject({ status: 'ended', end: { how: 'revoked' } });
    expect(outside.issuer.live.size).toBe(0);
  });

  it.each([
    ['owner', { owner: 'ada@example.com' }, 2],
    ['team', { team: 'search' }, 1],
    ['model', { modelId: 'gpt-4o-mini' }, 3],
    ['tag', { tag: 'prod' }, 1],
    ['issuer', { issuer: 'litellm' }, 3],
    ['all of these at once', { owner: 'bob@example.com', tag: 'prod', team: 'search' }, 1],
    ['an issuer that has none', { issuer: 'openrouter' }, 0],
  ])('goes by %s', async (_what, which, total) => {
    await issue();
    await issue();
    const wanted = { owner: 'bob@example.com', modelIds: ['gpt-4o-mini'], team: 'search', tags: ['prod', 'eu'] };
    await vault.client.IssueLease(wanted, asking(admin));
    expect(await preview(which)).toMatchObject({ total });
  });

  it('ends the keys of all of them and of no other', async () => {
    const ids = [await issue(), await issue(), await issue()];
    const spared = await issue('bob@example.com');
    const { digest } = await preview();
    const { bulkId, total } = await started(digest);
    expect(total).toBe(3);
    await vault.revokeTogether();
    expect(await progress(bulkId)).toMatchObject({
      total: 3,
      revoked: 3,
      completedAt: expect.any(String),
      startedBy: 'admin',
    });
    for (const leaseId of ids)
      expect(await vault.client.GetLease({ leaseId }, asking(admin))).toMatchObject({
        status: 'ended',
        end: { how: 'revoked', reason },
      });
    expect(await vault.client.GetLease({ leaseId: spared }, asking(admin))).toMatchObject({ status: 'issued' });
    expect(outside.issuer.live.size).toBe(1);
    expect(await preview()).toMatchObject({ total: 0 });
  });

  it('is refused when it would hit another set than the one that was looked at', async () => {
    await issue();
    const { digest } = await preview();
    await issue();
    await outside.project();
    expect(await revoke(digest)).toMatchObject({ outcome: 'refused', code: 'set-changed' });
    expect(await outside.storedTypes('bulkRevocation')).toEqual([]);
  });

  it('is refused when it hits nothing', async () => {
    const { digest } = await preview();
    expect(await revoke(digest)).toMatchObject({ outcome: 'refused', code: 'set-empty' });
  });

  it('is ignored when the same form comes again, although its leases are gone by then', async () => {
    await issue();
    const { digest } = await preview();
    const form = { idempotencyKey: 'form-4711' };
    const first = await revoke(digest, form);
    await vault.revokeTogether();
    await outside.project();
    expect(await revoke(digest, form)).toMatchObject({
      outcome: 'ignored',
      result: { bulkId: (first as { result: { bulkId: string } }).result.bulkId },
    });
    await vault.revokeTogether();
    expect((await outside.storedTypes('lease')).filter((type) => type === 'LeaseRevoked')).toHaveLength(1);
  });

  it('is another one when the key of the form comes again with another set', async () => {
    await issue();
    const { digest } = await preview();
    const form = { idempotencyKey: 'form-4711' };
    expect(await revoke(digest, form)).toMatchObject({ outcome: 'accepted' });
    await vault.revokeTogether();
    await outside.project();
    await issue();
    expect(await revoke((await preview()).digest, form)).toMatchObject({ outcome: 'accepted' });
    await vault.revokeTogether();
    expect((await outside.storedTypes('lease')).filter((type) => type === 'LeaseRevoked')).toHaveLength(2);
  });

  it('is for administrators; auditors see how far it has come', async () => {
    await issue();
    const { digest } = await preview();
    for (const principal of [auditor, person('ada@example.com', ['member']), servicePrincipal('registry')]) {
      expect(await revoke(digest, {}, principal)).toMatchObject({ outcome: 'refused', code: 'not-permitted' });
      await expect(vault.client.PreviewLeaseRevocation({ scope, first: 1 }, asking(principal))).rejects.toMatchObject({
        code: 'forbidden',
      });
    }
    const { bulkId } = await started(digest);
    expect(await progress(bulkId, auditor)).toMatchObject({ bulkId, revoked: 0 });
    expect(await progress(bulkId, person('ada@example.com', ['member']))).toBeNull();
    expect(await progress(randomUUID())).toBeNull();
  });

  it('is refused without anything to go by', async () => {
    await expect(revoke('x', { scope: {} })).rejects.toMatchObject({ code: 'malformed' });
  });

  const begun = async (): Promise<string> => {
    outside = new Outside();
    vault = await outside.replica();
    for (let count = 0; count < 3; count += 1) await issue();
    return (await started((await preview()).digest)).bulkId;
  };

  it('goes on in another replica where one died, whenever that was', async () => {
    await begun();
    const undisturbed = new Life();
    await (await outside.replica({ life: undisturbed })).revokeTogether();
    expect(undisturbed.calls).toBeGreaterThan(6);
    for (let at = 1; at <= undisturbed.calls; at += 1)
      for (const when of ['before', 'after'] as const) {
        const bulkId = await begun();
        const dying = await outside.replica({ life: new Life({ at, when }) });
        await dying.revokeTogether().catch(() => undefined);
        const other = await outside.replica();
        await other.revokeTogether();
        outside.advance(5 * 60_000);
        await other.resume();
        expect(await progress(bulkId)).toMatchObject({ revoked: 3, completedAt: expect.any(String) });
        expect(outside.issuer.live.size).toBe(0);
        const types = await outside.storedTypes('lease', 'bulkRevocation');
        expect(types.filter((type) => type === 'LeaseRevoked')).toHaveLength(3);
        expect(types.filter((type) => type === 'BulkRevocationCompleted')).toHaveLength(1);
      }
  });

  it('is done by one of several replicas that look at once, and by any of them later', async () => {
    const bulkId = await begun();
    const replicas = [vault, await outside.replica(), await outside.replica()];
    await Promise.all(replicas.map((replica) => replica.revokeTogether()));
    await Promise.all(replicas.map((replica) => replica.revokeTogether()));
    expect(await progress(bulkId)).toMatchObject({ revoked: 3, completedAt: expect.any(String) });
    expect(await outside.storedTypes('bulkRevocation')).toEqual(['BulkRevocationStarted', 'BulkRevocationCompleted']);
    const types = await outside.storedTypes('lease');
    for (const type of ['LeaseRevocationStarted', 'LeaseRevoked'])
      expect(types.filter((each) => each === type)).toHaveLength(3);
    expect(outside.issuer.live.size).toBe(0);
  });

  it('goes on while an issuer does not answer: no key is given out, and each ends when it answers again', async () => {
    const leaseId = await issue();
    const { digest } = await preview();
    outside.issuer.failNext('revoke', 'before', 2);
    const { bulkId } = await started(digest);
    await vault.revokeTogether();
    expect(await progress(bulkId)).toMatchObject({ revoked: 1, completedAt: expect.any(String) });
    expect(await vault.client.GetLease({ leaseId }, asking(admin))).toMatchObject({ status: 'ending' });
    outside.issuer.heal();
    outside.advance(3 * 60_000);
    await vault.resume();
    expect(await vault.client.GetLease({ leaseId }, asking(admin))).toMatchObject({ status: 'ended' });
    expect(outside.issuer.live.size).toBe(0);
  });
});
