import { describe, expect, it, jest } from '@jest/globals';
import type { DifferenceView } from '@keyledger/contracts-vault';
import { isAppError } from '@keyledger/errors';
import type { LeaseLock } from '../src/application/ports/lease-lock.port.ts';
import { ComparedVault, marker } from './compared-vault.ts';
import { Life } from './mortal.ts';
import { admin, asking } from './vault-client.ts';

jest.setTimeout(30_000);

const compared = new ComparedVault();
const { byHand, compare, issue, repair, shown } = compared;

describe('an issuer that does not answer', () => {
  it('is no reason to say that anything is missing, and is asked again after a rest', async () => {
    await issue();
    compared.litellm.faults.add({ do: 'error-500', on: '/key/list' });
    await compared.vault.reconcile();
    expect(await compared.outside.storedTypes('reconciliation')).toEqual([]);
    await compared.vault.reconcile();
    expect(await compared.outside.storedTypes('reconciliation')).toEqual([]);
    compared.outside.advance(60_000);
    await compared.vault.reconcile();
    expect(await compared.outside.storedTypes('reconciliation')).toEqual(['ReconciliationCompleted']);
  });

  it('when a missing key is looked for, is no reason to say that it is missing', async () => {
    const { token } = await issue();
    await byHand('/key/delete', { keys: [token] });
    compared.litellm.faults.add({ do: 'error-500', on: '/key/info' });
    await compared.vault.reconcile();
    expect(await compared.outside.storedTypes('reconciliation')).toEqual([]);
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
    const [one, two] = [await compared.outside.replica(options), await compared.outside.replica(options)];
    await compared.outside.project();
    await Promise.all([one.reconcile(), two.reconcile()]);
    const types = await compared.outside.storedTypes('reconciliation');
    expect(types.filter((type) => type === 'DifferenceFound')).toHaveLength(2);
    for (const { differenceId } of await shown()) {
      const asked = [one, two].map(({ client }) => client.RepairDifference({ differenceId }, asking(admin)));
      for (const reply of await Promise.all(asked)) expect(reply.outcome).not.toBe('refused');
    }
    await compared.vault.reconcile();
    await compared.vault.resume();
    expect(compared.litellm.ledger().map(({ key_alias: alias }) => alias)).toEqual([`${leaseId}-g2`]);
    expect((await compared.outside.storedTypes('lease')).filter((type) => type === 'LeaseRotated')).toHaveLength(1);
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
    const { client, life } = await compared.outside.replica({ life: new Life() });
    await client.RepairDifference({ differenceId }, asking(admin));
    return life.calls;
  };

  it.each(['missing', 'unknown', 'limits'] as const)('%s: another one finishes it, wherever that was', async (what) => {
    const steps = await calls(what);
    expect(steps).toBeGreaterThanOrEqual(4);
    for (let at = 1; at <= steps; at += 1)
      for (const when of ['before', 'after'] as const) {
        const { differenceId, leaseId } = await broken(what);
        const dying = await compared.outside.replica({ life: new Life({ at, when }) });
        await dying.client.RepairDifference({ differenceId }, asking(admin)).catch((error: unknown) => {
          // Nobody answers for a process that died.
          if (!isAppError(error, 'internal')) throw error;
        });
        await compared.vault.reconcile();
        compared.outside.advance(5 * 60_000);
        await compared.vault.resume();
        for (const left of await shown()) await repair(left);
        compared.outside.advance(5 * 60_000);
        await compared.vault.resume();
        expect(await compare()).toEqual([]);
        const ofLease = compared.litellm
          .ledger()
          .filter(({ key_alias: alias }) => alias?.startsWith(leaseId ?? 'by-hand'));
        expect(ofLease).toHaveLength(what === 'unknown' ? 0 : 1);
      }
  });
});
