import { beforeEach, describe, expect, it } from '@jest/globals';
import { custodianIssuer } from '../src/adapters/issuers/custodian/custodian.issuer.ts';
import type { IssuerFrom } from '../src/application/ports/issuer.port.ts';
import { type Approved, approvedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { admin, asking, revealKey, submissionOf } from './vault-client.ts';
import { Outside } from './vault-in-memory.ts';

const KEY = 'sk-canary-Q3VzdG9kaWFuS2V5Rm9yVGVzdHM';

let outside: Outside<IssuerFrom<'custodian'>>;
let vault: Replica;
let request: Approved;

beforeEach(async () => {
  const config = {
    name: 'anthropic',
    models: ['claude'],
    instruction: 'Make it',
    gatewayUrl: 'https://api.example.com',
  };
  outside = new Outside(() => custodianIssuer(config));
  vault = await outside.replica();
  request = approvedRequest({ duration: '30d' });
  await vault.hear(request.event);
});

const handIn = async (issuerKeyId: string, value = KEY) => {
  const submission = await submissionOf(vault.client, value, admin);
  return vault.client.HandInKey({ leaseId: request.leaseId, issuerKeyId, submission }, asking(admin));
};

const revoke = () => vault.client.RevokeLease({ leaseId: request.leaseId, reason: 'Ada has left' }, asking(admin));

const tasks = async () => {
  await outside.project();
  return (await vault.client.ListCustodianTasks({ first: 20 }, asking(admin))).items;
};

/** Does `act` between the sealing of a copy and its record in the lease. */
const afterNextSealing = (act: () => Promise<unknown>): void => {
  const { eventStore } = outside;
  const append = eventStore.append.bind(eventStore);
  eventStore.append = async (...what) => {
    const result = await append(...what);
    if (what[0] === `secret-${request.leaseId}`) {
      eventStore.append = append;
      await act();
    }
    return result;
  };
};

/** The copy is shredded, and so is the data key that opens it. */
const expectNoCopy = async (): Promise<void> => {
  await outside.project();
  const [sealed, shredded, ...more] = await outside.stored('secret');
  expect([sealed?.type, shredded?.type, more]).toEqual(['SecretSealed', 'SecretShredded', []]);
  const { dataKeyIds } = shredded?.data as { dataKeyIds: readonly string[] };
  expect(dataKeyIds).toEqual([(sealed?.data as { envelope: { dataKeyId: string } }).envelope.dataKeyId]);
  expect(dataKeyIds.some((id) => outside.keyRing.rows.has(id))).toBe(false);
};

describe('a lease that ends before its key is handed in', () => {
  it('leaves no task to make one, also when it was its successor', async () => {
    await handIn('apikey_01');
    await vault.client.RotateLease({ leaseId: request.leaseId, reason: 'It leaked' }, asking(admin));
    expect(await tasks()).toMatchObject([{ kind: 'hand-in', generation: 2 }]);
    outside.advance(30 * 86_400_000);
    await vault.resume();
    expect(await tasks()).toMatchObject([{ kind: 'end-key', issuerKeyId: 'apikey_01' }]);
  });

  it('keeps no copy of a key that was sealed meanwhile, and says that the key is to be ended', async () => {
    afterNextSealing(revoke);
    expect(await handIn('apikey_01')).toMatchObject({
      outcome: 'refused',
      code: 'lease-ended',
      message: expect.stringContaining('end the key'),
    });
    expect(await tasks()).toEqual([]);
    await expectNoCopy();
  });

  it('keeps no copy that a vault sealed which died before it recorded it', async () => {
    afterNextSealing(() => Promise.reject(new Error('The process died')));
    await expect(handIn('apikey_01')).rejects.toMatchObject({ code: 'internal' });
    expect(await revoke()).toMatchObject({ result: { status: 'ended' } });
    await expectNoCopy();
  });
});

describe('a key that is handed in while another one is', () => {
  it('leaves no copy when the other was first', async () => {
    afterNextSealing(async () => {
      expect(await handIn('apikey_01', `${KEY}-1`)).toMatchObject({ outcome: 'accepted' });
    });
    expect(await handIn('apikey_02', `${KEY}-2`)).toMatchObject({ outcome: 'refused', code: 'key-not-requested' });
    await tasks();
    expect((await outside.stored('secret')).find(({ type }) => type === 'SecretShredded')?.data).toMatchObject({
      versions: [1],
    });
    expect(await revealKey(vault.client, request.leaseId)).toBe(`${KEY}-1`);
  });
});
