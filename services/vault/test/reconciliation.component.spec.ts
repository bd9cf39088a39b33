import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { DifferenceView } from '@keyledger/contracts-vault';
import { isAppError } from '@keyledger/errors';
import type { Principal } from '@keyledger/messaging';
import type { LiteLlm } from '@keyledger/testing';
import type { Issuer } from '../src/application/ports/issuer.port.ts';
import type { LeaseLock } from '../src/application/ports/lease-lock.port.ts';
import { Life } from './mortal.ts';
import { outsideWithLiteLlm } from './outside-with-litellm.ts';
import { ada } from './people.ts';
import { admin, asking } from './vault-client.ts';
import { type Approved, approvedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import type { Outside, ReplicaOptions } from './vault-in-memory.ts';

jest.setTimeout(30_000);

const HOUR_MS = 3_600_000;
const auditor: Principal = { kind: 'user', id: 'audrey', roles: ['auditor'], proof: 'session' };

let litellm: LiteLlm;
let outside: Outside<Issuer>;
let vault: Replica;

const start = (options: ReplicaOptions = {}): Promise<Replica> => outside.replica(options);

beforeEach(async () => {
  ({ outside, litellm } = await outsideWithLiteLlm());
  vault = await start();
});
afterEach(() => litellm.stop());

/** What an operator of LiteLLM does behind the back of the vault. */
const byHand = async (path: string, body: object): Promise<void> => {
  const headers = { authorization: `Bearer ${litellm.masterKey}`, 'content-type': 'application/json' };
  const answer = await fetch(`${litellm.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
};

const issue = async (): Promise<Approved & { readonly token: string }> => {
  const request = approvedRequest();
  await vault.hear(request.event);
  const token = litellm.ledger().find(({ key_alias: alias }) => alias === `${request.leaseId}-g1`)?.token;
  if (token === undefined) throw new Error('There is no key of this lease');
  return { ...request, token };
};

const marker = (leaseId: string, generation = 1) => ({
  metadata: { managed_by: 'keyledger', lease_id: leaseId, generation },
});

/** The administrator asks for a comparison and reads what was found. */
const compare = async (): Promise<readonly DifferenceView[]> => {
  expect(await vault.client.ReconcileIssuer({}, asking(admin))).toMatchObject({ outcome: 'accepted' });
  await vault.reconcile();
  return shown();
};

const shown = async (): Promise<readonly DifferenceView[]> =>
  (await vault.client.ListDifferences({ first: 50, statuses: ['open', 'repairing'] }, asking(admin))).items;

const repair = async ({ differenceId }: DifferenceView): Promise<string> => {
  const reply = await vault.client.RepairDifference({ differenceId }, asking(admin));
  if (reply.outcome === 'refused') throw new Error(reply.code);
  return reply.result.status;
};

const tokens = (): readonly string[] => litellm.ledger().map(({ token }) => token);

describe('an issuer that says what the ledger says', () => {
  it('has no difference, in whatever state its keys are', async () => {
    await issue();
    await issue();
    await byHand('/key/generate', { key_alias: 'somebody-elses' });
    expect(await compare()).toEqual([]);
    const { reconciliations } = await vault.client.ListReconciliations({}, asking(auditor));
    expect(reconciliations).toEqual([
      { issuer: 'litellm', completed: expect.objectContaining({ compared: 2, differences: 0 }) },
    ]);
  });

  it('is compared by itself once in a while, and nothing is stored while nothing changes', async () => {
    await issue();
    await vault.reconcile();
    expect(await outside.storedTypes('reconciliation')).toEqual(['ReconciliationCompleted']);
    const calls = litellm.calls().length;
    outside.advance(HOUR_MS - 1);
    await vault.reconcile();
    expect(litellm.calls()).toHaveLength(calls);
    outside.advance(1);
    await vault.reconcile();
    expect(litellm.calls().length).toBeGreaterThan(calls);
    expect(await outside.storedTypes('reconciliation')).toEqual(['ReconciliationCompleted']);
  });
});

describe('a key made by hand with our marker', () => {
  it.each<[string, object, DifferenceView['kind']]>([
    ['of a lease that nobody knows', marker('00000000-0000-4000-8000-000000000000'), 'unknown-key'],
    [
      'of a lease whose name is none',
      { metadata: { managed_by: 'keyledger', lease_id: 'x', generation: 1 } },
      'unreadable',
    ],
    ['of nobody', { metadata: { managed_by: 'keyledger' } }, 'unreadable'],
  ])('%s is found, shown, ended by one command, and gone in the next run', async (_what, body, kind) => {
    const { token } = await issue();
    await byHand('/key/generate', { key_alias: 'by-hand', models: ['gpt-4o-mini'], ...body });
    const [difference, ...others] = await compare();
    expect(others).toEqual([]);
    expect(difference).toMatchObject({ kind, alias: 'by-hand', status: 'open', issuer: 'litellm' });
    expect(await repair(difference!)).toBe('repaired');
    expect(tokens()).toEqual([token]);
    expect(await compare()).toEqual([]);
  });

  it('of a generation that another key has is a second one', async () => {
    const { leaseId, token } = await issue();
    await byHand('/key/generate', { key_alias: 'second', models: ['gpt-4o-mini'], ...marker(leaseId) });
    const [difference] = await compare();
    expect(difference).toMatchObject({ kind: 'duplicate-alias', leaseId, generation: 1 });
    expect(await repair(difference!)).toBe('repaired');
    expect(tokens()).toEqual([token]);
  });
});

describe('a key that was deleted behind our back', () => {
  it('is found, made anew by one command, and gone in the next run', async () => {
    const { leaseId, token } = await issue();
    await byHand('/key/delete', { keys: [token] });
    const [difference, ...others] = await compare();
    expect(others).toEqual([]);
    expect(difference).toMatchObject({ kind: 'missing-key', leaseId, generation: 1, issuerKeyId: token });
    expect(await repair(difference!)).toBe('repaired');
    expect(litellm.ledger().map(({ key_alias: alias }) => alias)).toEqual([`${leaseId}-g2`]);
    expect(await outside.storedTypes('lease')).toContain('LeaseRotated');
    expect(await compare()).toEqual([]);
  });
});

describe('a key whose limits were changed', () => {
  it('is found with what differs, put right by one command, and gone in the next run', async () => {
    const { leaseId, token } = await issue();
    await byHand('/key/update', { key: token, models: [] });
    await byHand('/key/block', { key: token });
    const [difference, ...others] = await compare();
    expect(others).toEqual([]);
    expect(difference).toMatchObject({
      kind: 'limits-changed',
      leaseId,
      expected: { modelIds: ['gpt-4o-mini'], isSuspended: false },
      found: { modelIds: [], isSuspended: true },
    });
    expect(await repair(difference!)).toBe('repaired');
    expect(litellm.ledger()).toMatchObject([{ token, models: ['gpt-4o-mini'], blocked: false }]);
    expect(await compare()).toEqual([]);
  });

  it('by a limit that the ledger does not have gets a successor with its own limits', async () => {
    const { leaseId, token } = await issue();
    await byHand('/key/update', { key: token, max_budget: 9_999 });
    const [difference] = await compare();
    expect(difference).toMatchObject({ kind: 'limits-changed', found: { budget: { maxUsd: 9_999 } } });
    expect(await repair(difference!)).toBe('repaired');
    const successor = litellm.ledger().find(({ key_alias: alias }) => alias === `${leaseId}-g2`);
    expect(successor).toMatchObject({ max_budget: null });
    expect(await compare()).toEqual([]);
  });

  it('and that does not say any more whose it is, still counts for its lease', async () => {
    const { leaseId, token } = await issue();
    const other = await issue();
    await byHand('/key/update', { key: token, ...marker(other.leaseId) });
    const [difference, ...others] = await compare();
    expect(others).toEqual([]);
    expect(difference).toMatchObject({ kind: 'unreadable', leaseId, issuerKeyId: token });
    expect(await repair(difference!)).toBe('repaired');
    expect(litellm.ledger().some(({ key_alias: alias }) => alias === `${leaseId}-g2`)).toBe(true);
    expect(tokens()).toContain(other.token);
  });
});

describe('a key that is told in a form that is not known', () => {
  it('is found by its id, gets a successor by one command, and keeps nobody from the others', async () => {
    const [odd, other] = [await issue(), await issue()];
    litellm.tell(odd.token, { models: 'all' });
    await byHand('/key/block', { key: other.token });
    const differences = await compare();
    expect(differences).toHaveLength(2);
    const unreadable = differences.find(({ kind }) => kind === 'unreadable');
    expect(unreadable).toMatchObject({
      leaseId: odd.leaseId,
      issuerKeyId: odd.token,
      alias: `${odd.leaseId}-g1`,
      status: 'open',
    });
    for (const difference of differences) expect(await repair(difference)).toBe('repaired');
    expect(litellm.ledger().some(({ key_alias: alias }) => alias === `${odd.leaseId}-g2`)).toBe(true);
    expect(await compare()).toEqual([]);
  });

  it('and of which the ledger knows nothing is ended by one command', async () => {
    await byHand('/key/generate', { key_alias: 'by-hand', ...marker('00000000-0000-4000-8000-000000000000') });
    litellm.tell(tokens()[0]!, { expires: 'soon' });
    const [difference, ...others] = await compare();
    expect(others).toEqual([]);
    expect(difference).toMatchObject({ kind: 'unreadable', alias: 'by-hand' });
    expect(await repair(difference!)).toBe('repaired');
    expect(tokens()).toEqual([]);
  });

  it('is none while it is in its grace period, although it does not say whose it is', async () => {
    const { leaseId, token } = await issue();
    const now = outside.clock().toISOString();
    const data = { leaseId, rotationId: leaseId, graceMs: HOUR_MS, reason: 'Test', now };
    await vault.tell({ type: 'RotateLease', data });
    litellm.tell(token, { models: 'all' });
    expect(tokens()).toHaveLength(2);
    expect(await compare()).toEqual([]);
  });
});

describe('a key that should be dead', () => {
  it('of a generation left behind is found, ended by one command, and gone in the next run', async () => {
    const { token, leaseId } = await issue();
    await byHand('/key/delete', { keys: [token] });
    await repair((await compare())[0]!);
    await byHand('/key/generate', { key_alias: 'came-late', models: ['gpt-4o-mini'], ...marker(leaseId) });
    outside.advance(HOUR_MS);
    await vault.resume();
    const late = (await compare()).find(({ alias }) => alias === 'came-late');
    expect(late).toMatchObject({ kind: 'should-be-dead', leaseId, generation: 1 });
    expect(await repair(late!)).toBe('repaired');
    expect(litellm.ledger().map(({ key_alias: alias }) => alias)).toEqual([`${leaseId}-g2`]);
    expect(await compare()).toEqual([]);
  });
});

describe('a difference', () => {
  const unknown = async (): Promise<DifferenceView> => {
    await byHand('/key/generate', { key_alias: 'by-hand', ...marker('00000000-0000-4000-8000-000000000000') });
    return (await compare())[0]!;
  };

  it('vanishes when somebody puts it right at the issuer', async () => {
    const { issuerKeyId, differenceId } = await unknown();
    await byHand('/key/delete', { keys: [issuerKeyId] });
    expect(await compare()).toEqual([]);
    expect(outside.differences.rows.get(differenceId)).toMatchObject({ status: 'vanished', by: 'service:vault' });
  });

  it('can be let be, with a reason, and is not told again', async () => {
    const { differenceId } = await unknown();
    const input = { differenceId, reason: 'Made for the demonstration' };
    const reply = await vault.client.AcknowledgeDifference(input, asking(admin));
    expect(reply).toMatchObject({
      outcome: 'accepted',
      result: { status: 'acknowledged', by: admin.id, reason: input.reason },
    });
    expect(await compare()).toEqual([]);
    expect(await vault.client.AcknowledgeDifference(input, asking(admin))).toMatchObject({ outcome: 'ignored' });
  });

  it('is told with the cause when its repair is refused, and can be repaired again', async () => {
    const difference = await unknown();
    litellm.faults.add({ do: 'refuse-master-key', on: '/key/delete' });
    expect(await repair(difference)).toBe('open');
    await outside.project();
    expect(await shown()).toMatchObject([{ status: 'open', failure: { cause: 'credential-refused' } }]);
    expect(await repair(difference)).toBe('repaired');
  });

  it('that an issuer without an answer keeps waiting is repaired later by itself', async () => {
    const difference = await unknown();
    litellm.faults.add({ do: 'error-500', on: '/key/delete' });
    expect(await repair(difference)).toBe('repairing');
    await vault.reconcile();
    expect(await shown()).toEqual([]);
    expect(tokens()).toEqual([]);
  });

  it('is shown the same after the read model was built anew', async () => {
    const difference = await unknown();
    await repair(difference);
    await unknown();
    const before = new Map(outside.differences.rows);
    await outside.rebuild();
    expect(outside.differences.rows).toEqual(before);
  });

  it('is none of the business of others', async () => {
    const { differenceId } = await unknown();
    for (const principal of [ada, auditor, { ...admin, proof: 'address' as const }]) {
      const by = asking(principal);
      const refusal = { outcome: 'refused', code: 'not-permitted' };
      expect(await vault.client.ReconcileIssuer({}, by)).toMatchObject(refusal);
      expect(await vault.client.RepairDifference({ differenceId }, by)).toMatchObject(refusal);
      expect(await vault.client.AcknowledgeDifference({ differenceId, reason: 'x' }, by)).toMatchObject(refusal);
    }
    await expect(vault.client.ListDifferences({ first: 1, statuses: ['open'] }, asking(ada))).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(vault.client.ListReconciliations({}, asking(ada))).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('that nobody knows, and an issuer that nobody knows, are refused by name', async () => {
    const differenceId = '00000000-0000-4000-8000-000000000000';
    expect(await vault.client.RepairDifference({ differenceId }, asking(admin))).toMatchObject({
      code: 'difference-not-found',
    });
    expect(await vault.client.ReconcileIssuer({ issuer: 'nobody' }, asking(admin))).toMatchObject({
      code: 'issuer-not-found',
    });
  });
});

describe('an issuer that does not answer', () => {
  it('is no reason to say that anything is missing, and is asked again after a rest', async () => {
    await issue();
    litellm.faults.add({ do: 'error-500', on: '/key/list' });
    await vault.reconcile();
    expect(await outside.storedTypes('reconciliation')).toEqual([]);
    await vault.reconcile();
    expect(await outside.storedTypes('reconciliation')).toEqual([]);
    outside.advance(60_000);
    await vault.reconcile();
    expect(await outside.storedTypes('reconciliation')).toEqual(['ReconciliationCompleted']);
  });

  it('when a missing key is looked for, is no reason to say that it is missing', async () => {
    const { token } = await issue();
    await byHand('/key/delete', { keys: [token] });
    litellm.faults.add({ do: 'error-500', on: '/key/info' });
    await vault.reconcile();
    expect(await outside.storedTypes('reconciliation')).toEqual([]);
  });
});

describe('two replicas', () => {
  /** A lock that everybody gets: what must hold, holds without it. */
  const noLock: LeaseLock = { tryHold: async (_leaseId, work) => ({ result: await work() }) };

  it.each<[string, LeaseLock | undefined]>([
    ['with their lock', undefined],
    ['with a lock that was lost', noLock],
  ])('that compare and repair at once tell and do each thing once: %s', async (_how, lock) => {
    const { leaseId, token } = await issue();
    await byHand('/key/delete', { keys: [token] });
    await byHand('/key/generate', { key_alias: 'by-hand', ...marker('00000000-0000-4000-8000-000000000000') });
    const options = lock === undefined ? {} : { lock };
    const [one, two] = [await start(options), await start(options)];
    await outside.project();
    await Promise.all([one.reconcile(), two.reconcile()]);
    const types = await outside.storedTypes('reconciliation');
    expect(types.filter((type) => type === 'DifferenceFound')).toHaveLength(2);
    for (const { differenceId } of await shown()) {
      const asked = [one, two].map(({ client }) => client.RepairDifference({ differenceId }, asking(admin)));
      for (const reply of await Promise.all(asked)) expect(reply.outcome).not.toBe('refused');
    }
    await vault.reconcile();
    await vault.resume();
    expect(litellm.ledger().map(({ key_alias: alias }) => alias)).toEqual([`${leaseId}-g2`]);
    expect((await outside.storedTypes('lease')).filter((type) => type === 'LeaseRotated')).toHaveLength(1);
    expect(await compare()).toEqual([]);
  });
});

describe('a vault that dies in the middle of a repair', () => {
  const broken = async (what: 'missing' | 'unknown' | 'limits'): Promise<DifferenceView> => {
    const { token } = await issue();
    if (what === 'missing') await byHand('/key/delete', { keys: [token] });
    if (what === 'limits') await byHand('/key/update', { key: token, models: [] });
    if (what === 'unknown')
      await byHand('/key/generate', { key_alias: 'by-hand', ...marker('00000000-0000-4000-8000-000000000000') });
    return (await compare())[0]!;
  };

  /** Calls to the outside of an undisturbed repair, so that the cases meet each of them. */
  const calls = async (what: 'missing' | 'unknown' | 'limits'): Promise<number> => {
    const { differenceId } = await broken(what);
    const { client, life } = await start({ life: new Life() });
    await client.RepairDifference({ differenceId }, asking(admin));
    return life.calls;
  };

  it.each(['missing', 'unknown', 'limits'] as const)('%s: another one finishes it, wherever that was', async (what) => {
    const steps = await calls(what);
    expect(steps).toBeGreaterThanOrEqual(4);
    for (let at = 1; at <= steps; at += 1)
      for (const when of ['before', 'after'] as const) {
        const { differenceId, leaseId } = await broken(what);
        const dying = await start({ life: new Life({ at, when }) });
        await dying.client.RepairDifference({ differenceId }, asking(admin)).catch((error: unknown) => {
          // Nobody answers for a process that died.
          if (!isAppError(error, 'internal')) throw error;
        });
        await vault.reconcile();
        outside.advance(5 * 60_000);
        await vault.resume();
        for (const left of await shown()) await repair(left);
        outside.advance(5 * 60_000);
        await vault.resume();
        expect(await compare()).toEqual([]);
        const ofLease = litellm.ledger().filter(({ key_alias: alias }) => alias?.startsWith(leaseId ?? 'by-hand'));
        expect(ofLease).toHaveLength(what === 'unknown' ? 0 : 1);
      }
  });
});
