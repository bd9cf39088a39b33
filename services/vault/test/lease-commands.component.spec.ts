import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { LeaseView } from '@keyledger/contracts-vault';
import { type CommandReply, type Principal, servicePrincipal } from '@keyledger/messaging';
import type { IssuingLimits } from '../src/domain/policies/issuing-bounds.policy.ts';
import { person } from './people.ts';
import { admin, asking } from './vault-client.ts';
import { type Approved, approvedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

const DAY_MS = 24 * 60 * 60_000;

const owner = person('ada@example.com');
const stranger = person('bob@example.com');
const reviewer = person('rita@example.com', ['reviewer']);
const auditor = person('otto@example.com', ['auditor']);
const service = servicePrincipal('registry');

const limits: IssuingLimits = {
  defaultDurationMs: 30 * DAY_MS,
  maxDurationMs: 90 * DAY_MS,
  maxBudget: 100,
  minBudgetPeriodMs: DAY_MS,
  limits: [{ models: ['gpt-4*'], maxRequestsPerMinute: 60 }],
};

let outside: Outside;
let vault: Replica;
let request: Approved;

beforeEach(async () => {
  outside = new Outside();
  vault = await outside.replica({ limits });
  request = approvedRequest({ duration: '30d', budget: { maxUsd: 10 } });
  await vault.hear(request.event);
});

const read = async (leaseId = request.leaseId): Promise<LeaseView> => {
  const lease = await vault.client.GetLease({ leaseId }, asking(admin));
  if (lease === null) throw new Error('There is no lease');
  return lease;
};

const liveKeys = () => [...outside.issuer.live.values()];

type Reply = CommandReply<LeaseView, string>;
type Asked = (leaseId: string, principal: Principal, also?: object) => Promise<Reply>;

const inDays = (days: number): string => new Date(outside.clock().getTime() + days * DAY_MS).toISOString();

const renew: Asked = (leaseId, principal, also = {}) =>
  vault.client.RenewLease({ leaseId, expiresAt: inDays(60), ...also }, asking(principal));
const changeLimits: Asked = (leaseId, principal, also = { budget: { maxUsd: 20 } }) =>
  vault.client.ChangeLeaseLimits({ leaseId, ...also }, asking(principal));
const suspend: Asked = (leaseId, principal, also = {}) =>
  vault.client.SuspendLease({ leaseId, reason: 'Strange spending', ...also }, asking(principal));
const resume: Asked = (leaseId, principal, also = {}) =>
  vault.client.ResumeLease({ leaseId, ...also }, asking(principal));
const rotate: Asked = (leaseId, principal, also = {}) =>
  vault.client.RotateLease({ leaseId, reason: 'It was in a chat', ...also }, asking(principal));
const retireKey: Asked = (leaseId, principal, also = {}) =>
  vault.client.RetireLeaseKey({ leaseId, generation: 1, reason: 'No mail arrives', ...also }, asking(principal));
const revoke: Asked = (leaseId, principal, also = {}) =>
  vault.client.RevokeLease({ leaseId, reason: 'Ada has left', ...also }, asking(principal));

const commands: readonly [string, Asked, boolean][] = [
  ['RenewLease', renew, false],
  ['ChangeLeaseLimits', changeLimits, false],
  ['SuspendLease', suspend, true],
  ['ResumeLease', resume, false],
  ['RotateLease', rotate, true],
  ['RetireLeaseKey', retireKey, true],
  ['RevokeLease', revoke, true],
];

it('a change is another one when the key of the form comes again with another wish', async () => {
  for (const maxUsd of [20, 10]) {
    const wish = { leaseId: request.leaseId, idempotencyKey: 'form-4711', budget: { maxUsd } };
    expect(await vault.client.ChangeLeaseLimits(wish, asking(admin))).toMatchObject({
      outcome: 'accepted',
      result: { budget: { maxUsd } },
    });
  }
});

describe.each(commands)('%s', (name, ask, isForOwners) => {
  const prepare = async (): Promise<void> => {
    if (name === 'ResumeLease') await suspend(request.leaseId, admin);
    if (name === 'RetireLeaseKey') await rotate(request.leaseId, admin);
  };

  it('is accepted from an administrator, and ignored when the same comes again', async () => {
    await prepare();
    const form = { idempotencyKey: 'form-4711', ...(name === 'ChangeLeaseLimits' ? { budget: { maxUsd: 20 } } : {}) };
    expect(await ask(request.leaseId, admin, form)).toMatchObject({ outcome: 'accepted' });
    const stored = (await outside.stored()).length;
    expect(await ask(request.leaseId, admin, form)).toMatchObject({ outcome: 'ignored' });
    expect(await outside.stored()).toHaveLength(stored);
  });

  it(`is ${isForOwners ? 'accepted from' : 'refused to'} the owner`, async () => {
    await prepare();
    const expected = isForOwners ? { outcome: 'accepted' } : { outcome: 'refused', code: 'not-permitted' };
    expect(await ask(request.leaseId, owner)).toMatchObject(expected);
  });

  it('is refused to everybody else, and a stranger does not learn that there is a lease', async () => {
    await prepare();
    const before = await outside.stored();
    for (const principal of [reviewer, auditor, service])
      expect(await ask(request.leaseId, principal)).toMatchObject({ outcome: 'refused', code: 'not-permitted' });
    const typed = { ...owner, proof: 'address' as const };
    const unknown = await ask(randomUUID(), admin);
    for (const principal of [stranger, typed]) expect(await ask(request.leaseId, principal)).toEqual(unknown);
    expect(unknown).toMatchObject({ outcome: 'refused', code: 'lease-not-found' });
    expect(await outside.stored()).toEqual(before);
  });

  it('belongs to the life of its request, under the name of who asked', async () => {
    await prepare();
    const before = (await outside.stored('lease')).length;
    await ask(request.leaseId, admin);
    const [event] = (await outside.stored('lease')).slice(before);
    expect(event?.metadata).toMatchObject({ correlationId: request.requestId, actor: { id: 'admin' } });
  });
});

describe('a live lease', () => {
  it('is renewed at the issuer', async () => {
    const expiresAt = inDays(60);
    expect(await renew(request.leaseId, admin, { expiresAt })).toMatchObject({ result: { expiresAt } });
    expect(liveKeys()).toEqual([expect.objectContaining({ expiresAt })]);
  });

  it('is not renewed into the past, nor beyond the longest life', async () => {
    expect(await renew(request.leaseId, admin, { expiresAt: inDays(-1) })).toMatchObject({
      code: 'expiry-in-the-past',
    });
    expect(await renew(request.leaseId, admin, { expiresAt: inDays(91) })).toMatchObject({
      code: 'exceeds-limits',
      message: 'The longest life from now on is 90d',
    });
  });

  it('gets other limits, and keeps those that are not named', async () => {
    const rateLimits = { requestsPerMinute: 30 };
    await changeLimits(request.leaseId, admin, { rateLimits, softBudgetUsd: 8 });
    await changeLimits(request.leaseId, admin, { rateLimits: { parallelRequests: 2 }, budget: { maxUsd: 50 } });
    expect(await read()).toMatchObject({
      budget: { maxUsd: 50 },
      softBudgetUsd: 8,
      rateLimits: { requestsPerMinute: 30, parallelRequests: 2 },
      modelIds: ['gpt-4o-mini'],
    });
    expect(liveKeys()).toEqual([
      expect.objectContaining({ budget: { maxUsd: 50 }, rateLimits: { requestsPerMinute: 30, parallelRequests: 2 } }),
    ]);
  });

  it.each([
    [{ budget: { maxUsd: 101 } }, 'The highest budget is 100 US dollars'],
    [{ budget: { maxUsd: 1, period: '1h' } }, 'The shortest period of a budget is 1d'],
    [{ rateLimits: { requestsPerMinute: 61 } }, 'The most requests per minute are 60'],
    [{ softBudgetUsd: 11 }, 'The soft budget is above the budget of 10 US dollars'],
  ])('does not get %j', async (wanted, message) => {
    const before = await outside.stored();
    expect(await changeLimits(request.leaseId, admin, wanted)).toMatchObject({ code: 'exceeds-limits', message });
    expect(await outside.stored()).toEqual(before);
  });

  it('does not work while it is suspended, and works again when it is resumed', async () => {
    expect(await suspend(request.leaseId, owner)).toMatchObject({
      result: { status: 'suspended', suspension: { reason: 'Strange spending' } },
    });
    expect(liveKeys()).toEqual([expect.objectContaining({ isSuspended: true })]);
    expect(await rotate(request.leaseId, owner)).toMatchObject({ code: 'lease-suspended' });
    expect(await resume(request.leaseId, admin)).toMatchObject({ result: { status: 'issued' } });
    expect(liveKeys()).toEqual([expect.objectContaining({ isSuspended: false })]);
    expect(await resume(request.leaseId, admin)).toMatchObject({ code: 'not-suspended' });
  });

  it('gets a successor before its key ends, and keeps that until it is delivered', async () => {
    expect(await rotate(request.leaseId, owner, { gracePeriod: '2h' })).toMatchObject({
      result: {
        generation: 2,
        retiring: [{ generation: 1, awaitsDelivery: true, endsAt: '2026-11-21T10:00:00.000Z' }],
      },
    });
    expect(liveKeys()).toHaveLength(2);
  });

  it('gets a successor that lives longer from an administrator alone, and within the bounds', async () => {
    expect(await rotate(request.leaseId, owner, { duration: '60d' })).toMatchObject({ code: 'not-permitted' });
    expect(await rotate(request.leaseId, admin, { duration: '91d' })).toMatchObject({ code: 'exceeds-limits' });
    expect(await rotate(request.leaseId, admin, { duration: '60d' })).toMatchObject({ outcome: 'accepted' });
  });

  it('gets no models under weaker limits than a new key to them would have', async () => {
    const wanted = { owner: owner.id, modelIds: ['o1'], budget: { maxUsd: 10 } };
    const issued = await vault.client.IssueLease(wanted, asking(admin));
    if (issued.outcome === 'refused') throw new Error(issued.code);
    const free = issued.result.leaseId;
    const modelIds = ['gpt-4o'];
    expect(await changeLimits(free, admin, { modelIds })).toMatchObject({
      code: 'exceeds-limits',
      message: 'Keys to these models have a limit of requests per minute, of 60 at most',
    });
    const rateLimits = { requestsPerMinute: 60 };
    expect(await changeLimits(free, admin, { modelIds, rateLimits })).toMatchObject({ outcome: 'accepted' });
  });

  it('is suspended although the id of the command was used for another one', async () => {
    await rotate(request.leaseId, owner, { idempotencyKey: 'incident-7' });
    expect(await suspend(request.leaseId, owner, { idempotencyKey: 'incident-7' })).toMatchObject({
      outcome: 'accepted',
      result: { status: 'suspended' },
    });
    expect(liveKeys().every(({ isSuspended }) => isSuspended)).toBe(true);
  });

  it('has ended everywhere when it is revoked, and nothing of it is changed any more', async () => {
    expect(await revoke(request.leaseId, owner)).toMatchObject({
      result: { status: 'ended', end: { how: 'revoked', reason: 'Ada has left', endedAt: expect.any(String) } },
    });
    expect(liveKeys()).toEqual([]);
    for (const ask of [renew, changeLimits, suspend, resume, rotate])
      expect(await ask(request.leaseId, admin)).toMatchObject({ outcome: 'refused', code: 'lease-ended' });
  });

  it('is not changed twice at once', async () => {
    outside.issuer.failNext('change', 'before', 99);
    outside.issuer.failNext('lookup', 'before', 99);
    expect(await renew(request.leaseId, admin)).toMatchObject({ result: { change: { kind: 'renewal' } } });
    for (const ask of [changeLimits, suspend, rotate])
      expect(await ask(request.leaseId, admin)).toMatchObject({ code: 'change-in-progress' });
    expect(await revoke(request.leaseId, admin)).toMatchObject({ outcome: 'accepted' });
  });
});

describe('a request for more than is allowed', () => {
  it('is cut down to the bounds of its model, whatever it says', async () => {
    const greedy = approvedRequest({ duration: '365d', budget: { maxUsd: 5_000, period: '1h' } });
    await vault.hear(greedy.event);
    expect(await read(greedy.leaseId)).toMatchObject({
      budget: { maxUsd: 100, period: '1d' },
      rateLimits: { requestsPerMinute: 60 },
    });
    const [started] = (await outside.stored('lease')).filter(({ stream }) => stream === `lease-${greedy.leaseId}`);
    expect(started?.data).toMatchObject({ duration: '90d' });
  });
});

describe('what an issuer cannot do', () => {
  it('is refused by name, with what to do instead, before anything is written', async () => {
    const { suspension: _none, ...issuer } = outside.issuer;
    outside.otherIssuers.push({
      issuer: { ...issuer, name: 'simple', changes: { can: [], change: outside.issuer.changes.change } },
      serves: (modelId) => modelId === 'plain',
    });
    vault = await outside.replica({ limits });
    const simple = approvedRequest({ modelId: 'plain' });
    await vault.hear(simple.event);
    const before = await outside.stored();
    expect(await suspend(simple.leaseId, admin)).toMatchObject({
      code: 'not-supported-by-issuer',
      message: expect.stringContaining('rotate or revoke'),
    });
    expect(await renew(simple.leaseId, admin)).toMatchObject({
      code: 'not-supported-by-issuer',
      message: expect.stringContaining('rotate the lease with a new duration'),
    });
    expect(await changeLimits(simple.leaseId, admin)).toMatchObject({ code: 'not-supported-by-issuer' });
    expect(await outside.stored()).toEqual(before);
    expect(await revoke(simple.leaseId, admin)).toMatchObject({ result: { status: 'ended' } });
  });
});

describe('IssueLease', () => {
  const wanted = { owner: 'carl@example.com', modelIds: ['gpt-4o-mini'], team: 'search', tags: ['prod'] };
  const issue = (also: object = {}, principal = admin) =>
    vault.client.IssueLease({ ...wanted, ...also }, asking(principal));

  it('issues a key without a request, with the terms of the configuration', async () => {
    const reply = await issue({ purpose: 'Nightly evaluation' });
    expect(reply).toMatchObject({
      outcome: 'accepted',
      result: {
        status: 'issued',
        issuer: 'litellm',
        owner: 'carl@example.com',
        team: 'search',
        tags: ['prod'],
        purpose: 'Nightly evaluation',
        budget: { maxUsd: 100 },
        rateLimits: { requestsPerMinute: 60 },
      },
    });
    expect((reply as { result: LeaseView }).result).not.toHaveProperty('requestId');
    expect(liveKeys()).toHaveLength(2);
  });

  it('is ignored when the same form comes again, and refused with another wish', async () => {
    const form = { idempotencyKey: 'form-4711' };
    const first = await issue(form);
    expect(await issue(form)).toMatchObject({ outcome: 'ignored', result: (first as { result: LeaseView }).result });
    expect(await issue({ ...form, owner: 'dora@example.com' })).toMatchObject({ code: 'lease-exists' });
    expect(liveKeys()).toHaveLength(2);
  });

  it('is refused beyond the bounds, and names all that is', async () => {
    expect(await issue({ duration: '91d', budget: { maxUsd: 101 } })).toMatchObject({
      code: 'exceeds-limits',
      message: 'The longest life is 90d. The highest budget is 100 US dollars',
    });
  });

  it('is refused for an issuer that is not configured', async () => {
    expect(await issue({ issuer: 'nobody' })).toMatchObject({ code: 'issuer-not-found' });
  });

  it('is refused to everybody but administrators', async () => {
    const before = await outside.stored();
    for (const principal of [owner, reviewer, auditor, service])
      expect(await issue({}, principal)).toMatchObject({ outcome: 'refused', code: 'not-permitted' });
    expect(await outside.stored()).toEqual(before);
  });
});

describe('ListLeases', () => {
  const list = (also: object = {}, principal = admin) =>
    vault.client.ListLeases({ first: 50, ...also }, asking(principal));

  it('shows every lease as a single one is shown, in pages', async () => {
    await vault.hear(approvedRequest({ email: 'bob@example.com' }).event);
    await rotate(request.leaseId, owner);
    await outside.project();
    const all = (await list()).items;
    expect(all).toHaveLength(2);
    expect(all.find(({ leaseId }) => leaseId === request.leaseId)).toEqual(await read());
    const first = await list({ first: 1 });
    const second = await list({ first: 1, after: first.next });
    expect([...first.items, ...second.items]).toEqual(all);
    expect(second.next).toBeUndefined();
  });

  it('shows all to those who watch over them, and people their own', async () => {
    await vault.hear(approvedRequest({ email: 'bob@example.com' }).event);
    await outside.project();
    for (const principal of [admin, reviewer, auditor, service])
      expect((await list({}, principal)).items).toHaveLength(2);
    expect((await list({}, stranger)).items).toEqual([expect.objectContaining({ owner: 'bob@example.com' })]);
    await expect(list({ owner: 'ada@example.com' }, stranger)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(list({}, { ...owner, proof: 'address' })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(list({ after: 'nonsense' })).rejects.toMatchObject({ code: 'malformed' });
  });

  it('lets owners see one lease of theirs, and nobody else who is nobody', async () => {
    const { leaseId } = request;
    expect(await vault.client.GetLease({ leaseId }, asking(owner))).toEqual(await read());
    expect(await vault.client.GetLease({ leaseId }, asking(stranger))).toBeNull();
  });
});
