import { describe, expect, it, jest } from '@jest/globals';
import type { DifferenceView } from '@keyledger/contracts-vault';
import type { Principal } from '@keyledger/messaging';
import { ComparedVault, marker } from './compared-vault.ts';
import { ada } from './people.ts';
import { admin, asking } from './vault-client.ts';

jest.setTimeout(30_000);

const HOUR_MS = 3_600_000;
const auditor: Principal = { kind: 'user', id: 'audrey', roles: ['auditor'], proof: 'session' };

const compared = new ComparedVault();
const { byHand, compare, issue, repair, shown, tokens } = compared;

describe('an issuer that says what the ledger says', () => {
  it('has no difference, in whatever state its keys are', async () => {
    await issue();
    await issue();
    await byHand('/key/generate', { key_alias: 'somebody-elses' });
    expect(await compare()).toEqual([]);
    const { reconciliations } = await compared.vault.client.ListReconciliations({}, asking(auditor));
    expect(reconciliations).toEqual([
      { issuer: 'litellm', completed: expect.objectContaining({ compared: 2, differences: 0 }) },
    ]);
  });

  it('is compared by itself once in a while, and nothing is stored while nothing changes', async () => {
    await issue();
    await compared.vault.reconcile();
    expect(await compared.outside.storedTypes('reconciliation')).toEqual(['ReconciliationCompleted']);
    const calls = compared.litellm.calls().length;
    compared.outside.advance(HOUR_MS - 1);
    await compared.vault.reconcile();
    expect(compared.litellm.calls()).toHaveLength(calls);
    compared.outside.advance(1);
    await compared.vault.reconcile();
    expect(compared.litellm.calls().length).toBeGreaterThan(calls);
    expect(await compared.outside.storedTypes('reconciliation')).toEqual(['ReconciliationCompleted']);
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
    expect(compared.litellm.ledger().map(({ key_alias: alias }) => alias)).toEqual([`${leaseId}-g2`]);
    expect(await compared.outside.storedTypes('lease')).toContain('LeaseRotated');
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
    expect(compared.litellm.ledger()).toMatchObject([{ token, models: ['gpt-4o-mini'], blocked: false }]);
    expect(await compare()).toEqual([]);
  });

  it('by a limit that the ledger does not have gets a successor with its own limits', async () => {
    const { leaseId, token } = await issue();
    await byHand('/key/update', { key: token, max_budget: 9_999 });
    const [difference] = await compare();
    expect(difference).toMatchObject({ kind: 'limits-changed', found: { budget: { maxUsd: 9_999 } } });
    expect(await repair(difference!)).toBe('repaired');
    const successor = compared.litellm.ledger().find(({ key_alias: alias }) => alias === `${leaseId}-g2`);
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
    expect(compared.litellm.ledger().some(({ key_alias: alias }) => alias === `${leaseId}-g2`)).toBe(true);
    expect(tokens()).toContain(other.token);
  });
});

describe('a key that is told in a form that is not known', () => {
  it('is found by its id, gets a successor by one command, and keeps nobody from the others', async () => {
    const [odd, other] = [await issue(), await issue()];
    compared.litellm.tell(odd.token, { models: 'all' });
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
    expect(compared.litellm.ledger().some(({ key_alias: alias }) => alias === `${odd.leaseId}-g2`)).toBe(true);
    expect(await compare()).toEqual([]);
  });

  it('and of which the ledger knows nothing is ended by one command', async () => {
    await byHand('/key/generate', { key_alias: 'by-hand', ...marker('00000000-0000-4000-8000-000000000000') });
    compared.litellm.tell(tokens()[0]!, { expires: 'soon' });
    const [difference, ...others] = await compare();
    expect(others).toEqual([]);
    expect(difference).toMatchObject({ kind: 'unreadable', alias: 'by-hand' });
    expect(await repair(difference!)).toBe('repaired');
    expect(tokens()).toEqual([]);
  });

  it('is none while it is in its grace period, although it does not say whose it is', async () => {
    const { leaseId, token } = await issue();
    const now = compared.outside.clock().toISOString();
    const data = { leaseId, rotationId: leaseId, graceMs: HOUR_MS, reason: 'Test', now };
    await compared.vault.tell({ type: 'RotateLease', data });
    compared.litellm.tell(token, { models: 'all' });
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
    compared.outside.advance(HOUR_MS);
    await compared.vault.resume();
    const late = (await compare()).find(({ alias }) => alias === 'came-late');
    expect(late).toMatchObject({ kind: 'should-be-dead', leaseId, generation: 1 });
    expect(await repair(late!)).toBe('repaired');
    expect(compared.litellm.ledger().map(({ key_alias: alias }) => alias)).toEqual([`${leaseId}-g2`]);
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
    expect(compared.outside.differences.rows.get(differenceId)).toMatchObject({
      status: 'vanished',
      by: 'service:vault',
    });
  });

  it('can be let be, with a reason, and is not told again', async () => {
    const { differenceId } = await unknown();
    const input = { differenceId, reason: 'Made for the demonstration' };
    const reply = await compared.vault.client.AcknowledgeDifference(input, asking(admin));
    expect(reply).toMatchObject({
      outcome: 'accepted',
      result: { status: 'acknowledged', by: admin.id, reason: input.reason },
    });
    expect(await compare()).toEqual([]);
    expect(await compared.vault.client.AcknowledgeDifference(input, asking(admin))).toMatchObject({
      outcome: 'ignored',
    });
  });

  it('is told with the cause when its repair is refused, and can be repaired again', async () => {
    const difference = await unknown();
    compared.litellm.faults.add({ do: 'refuse-master-key', on: '/key/delete' });
    expect(await repair(difference)).toBe('open');
    await compared.outside.project();
    expect(await shown()).toMatchObject([{ status: 'open', failure: { cause: 'credential-refused' } }]);
    expect(await repair(difference)).toBe('repaired');
  });

  it('that an issuer without an answer keeps waiting is repaired later by itself', async () => {
    const difference = await unknown();
    compared.litellm.faults.add({ do: 'error-500', on: '/key/delete' });
    expect(await repair(difference)).toBe('repairing');
    await compared.vault.reconcile();
    expect(await shown()).toEqual([]);
    expect(tokens()).toEqual([]);
  });

  it('is shown the same after the read model was built anew', async () => {
    const difference = await unknown();
    await repair(difference);
    await unknown();
    const before = new Map(compared.outside.differences.rows);
    await compared.outside.rebuild();
    expect(compared.outside.differences.rows).toEqual(before);
  });

  it('is none of the business of others', async () => {
    const { differenceId } = await unknown();
    for (const principal of [ada, auditor, { ...admin, proof: 'address' as const }]) {
      const by = asking(principal);
      const refusal = { outcome: 'refused', code: 'not-permitted' };
      expect(await compared.vault.client.ReconcileIssuer({}, by)).toMatchObject(refusal);
      expect(await compared.vault.client.RepairDifference({ differenceId }, by)).toMatchObject(refusal);
      expect(await compared.vault.client.AcknowledgeDifference({ differenceId, reason: 'x' }, by)).toMatchObject(
        refusal,
      );
    }
    await expect(
      compared.vault.client.ListDifferences({ first: 1, statuses: ['open'] }, asking(ada)),
    ).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(compared.vault.client.ListReconciliations({}, asking(ada))).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('that nobody knows, and an issuer that nobody knows, are refused by name', async () => {
    const differenceId = '00000000-0000-4000-8000-000000000000';
    expect(await compared.vault.client.RepairDifference({ differenceId }, asking(admin))).toMatchObject({
      code: 'difference-not-found',
    });
    expect(await compared.vault.client.ReconcileIssuer({ issuer: 'nobody' }, asking(admin))).toMatchObject({
      code: 'issuer-not-found',
    });
  });
});
