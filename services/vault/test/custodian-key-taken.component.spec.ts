import { beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@keyledger/event-sourcing';
import { custodianIssuer } from '../src/adapters/issuers/custodian/custodian.issuer.ts';
import { ATTEMPT_AGAIN_MS } from '../src/domain/lease/lease.process.ts';
import { type Approved, approvedRequest } from './approval-facts.ts';
import { everyDeathUpTo, Life } from './mortal.ts';
import type { Replica } from './replica.ts';
import { admin, asking, revealKey, submissionOf } from './vault-client.ts';
import { Outside } from './vault-in-memory.ts';

const KEY = 'sk-canary-Q3VzdG9kaWFuS2V5Rm9yVGVzdHM';

let outside: Outside;
let vault: Replica;

const begin = async (): Promise<void> => {
  outside = new Outside();
  for (const [name, model] of [
    ['anthropic', 'claude'],
    ['anthropic-research', 'opus'],
  ] as const)
    outside.otherIssuers.push({
      issuer: custodianIssuer({ name, models: [model], instruction: 'Make it', gatewayUrl: 'https://api.example.com' }),
      serves: (modelId) => modelId === model,
    });
  vault = await outside.replica();
};

beforeEach(begin);

const requested = async (modelId = 'claude'): Promise<Approved> => {
  const request = approvedRequest({ modelId });
  await vault.hear(request.event);
  return request;
};

const handIn = async ({ leaseId }: Approved, by = vault, value = KEY, issuerKeyId = newId()) => {
  await outside.project();
  const submission = await submissionOf(by.client, value, admin);
  return by.client.HandInKey({ leaseId, issuerKeyId, submission }, asking(admin));
};

const taken = { outcome: 'refused', code: 'key-taken' };

const sealed = async () => (await outside.storedTypes('secret')).filter((type) => type === 'SecretSealed').length;

describe('a value that a custodian hands in', () => {
  it('is the key of one lease, at whichever issuer', async () => {
    const [first, second, elsewhere] = [await requested(), await requested(), await requested('opus')];
    expect(await handIn(first)).toMatchObject({ outcome: 'accepted', result: { status: 'issued' } });
    for (const other of [second, elsewhere]) expect(await handIn(other)).toMatchObject(taken);
    expect(await sealed()).toBe(1);
    expect(await handIn(second, vault, `${KEY}-2`)).toMatchObject({ outcome: 'accepted' });
  });

  it('stays that of its lease when the lease has ended', async () => {
    const [first, second] = [await requested(), await requested()];
    await handIn(first);
    await vault.client.RevokeLease({ leaseId: first.leaseId, reason: 'It leaked' }, asking(admin));
    const [task] = (await outside.project(),
    await vault.client.ListCustodianTasks({ first: 20 }, asking(admin))).items.filter(({ kind }) => kind === 'end-key');
    const ended = { leaseId: first.leaseId, issuerKeyId: task?.issuerKeyId ?? '' };
    expect(await vault.client.ConfirmKeyEnded(ended, asking(admin))).toMatchObject({ result: { status: 'ended' } });
    expect(await handIn(second)).toMatchObject(taken);
  });

  it('is not its own successor', async () => {
    const request = await requested();
    await handIn(request);
    await vault.client.RotateLease({ leaseId: request.leaseId, reason: 'It leaked' }, asking(admin));
    expect(await handIn(request)).toMatchObject(taken);
    expect(await handIn(request, vault, `${KEY}-2`)).toMatchObject({ outcome: 'accepted', result: { generation: 2 } });
  });

  it('goes to one of two leases for which two vaults take it at once', async () => {
    const requests = [await requested(), await requested()];
    const replicas = [vault, await outside.replica()];
    const replies = await Promise.all(requests.map((request, index) => handIn(request, replicas[index])));
    expect(replies.map(({ outcome }) => outcome).sort()).toEqual(['accepted', 'refused']);
  });

  it('is none that lies in the vault as a secret of somebody', async () => {
    const submission = await submissionOf(vault.client, KEY, admin);
    const secret = { label: 'Mine', owner: 'ada@example.com', submission };
    expect(await vault.client.SealSecret(secret, asking(admin))).toMatchObject({ outcome: 'accepted' });
    expect(await handIn(await requested())).toMatchObject(taken);
  });

  it('leaves nothing of itself in what is recorded of whom it belongs to, nor in what is logged', async () => {
    const [first, second] = [await requested(), await requested()];
    await handIn(first);
    await handIn(second);
    const [sealedFirst] = await outside.stored('secret');
    const { fingerprint } = sealedFirst?.data as { fingerprint: string };
    const holding = await outside.stored('heldKey');
    expect(holding).toHaveLength(1);
    for (const text of [
      JSON.stringify(holding, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
      ...outside.logged,
    ]) {
      expect(text).not.toContain(KEY);
      expect(text).not.toContain(fingerprint);
    }
  });

  it('is that of its lease after the vault died at any call of it and it was handed in again', async () => {
    const request = await requested();
    const { calls } = await (async () => {
      const counted = await outside.replica();
      await handIn(request, counted);
      return counted.life;
    })();
    for (const death of everyDeathUpTo(calls)) {
      await begin();
      const [again, other] = [await requested(), await requested()];
      const mortal = await outside.replica({ life: new Life(death) });
      await handIn(again, mortal, KEY, 'apikey_01').catch(() => undefined);
      expect(mortal.life.calls).toBeGreaterThanOrEqual(death.at);
      vault = await outside.replica();
      expect(await handIn(again, vault, KEY, 'apikey_01')).not.toMatchObject({ outcome: 'refused' });
      expect(await handIn(other)).toMatchObject(taken);
      outside.advance(ATTEMPT_AGAIN_MS);
      await vault.resume();
      expect(await revealKey(vault.client, again.leaseId)).toBe(KEY);
    }
  });
});
