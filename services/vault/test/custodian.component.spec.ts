import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Principal, servicePrincipal } from '@keyledger/messaging';
import { custodianIssuer } from '../src/adapters/issuers/custodian/custodian.issuer.ts';
import { person } from './people.ts';
import { admin, asking, revealKey, submissionOf } from './vault-client.ts';
import { type Approved, approvedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

const KEY = 'sk-canary-Q3VzdG9kaWFuS2V5Rm9yVGVzdHM';
const issuerKeyId = 'apikey_01';

const others: readonly Principal[] = [
  person('ada@example.com', ['member']),
  person('rita@example.com', ['reviewer']),
  person('otto@example.com', ['auditor']),
  servicePrincipal('registry'),
];

let outside: Outside;
let vault: Replica;
let request: Approved;

beforeEach(async () => {
  outside = new Outside();
  const config = { name: 'anthropic', instruction: 'Make it in the console', gatewayUrl: 'https://api.example.com' };
  outside.otherIssuers.push({
    issuer: custodianIssuer({ models: ['claude*'], ...config }),
    serves: (modelId) => modelId.startsWith('claude'),
  });
  vault = await outside.replica();
  request = approvedRequest({ modelId: 'claude-3' });
  await vault.hear(request.event);
});

const tasks = async (principal = admin) => {
  await outside.project();
  return (await vault.client.ListCustodianTasks({ first: 20 }, asking(principal))).items;
};

const handIn = async (value = KEY, principal = admin, also: object = {}) => {
  const submission = await submissionOf(vault.client, value, principal);
  return vault.client.HandInKey({ leaseId: request.leaseId, issuerKeyId, submission, ...also }, asking(principal));
};

const confirm = (principal = admin, also: object = {}) =>
  vault.client.ConfirmKeyEnded({ leaseId: request.leaseId, issuerKeyId, ...also }, asking(principal));

const revoke = () => vault.client.RevokeLease({ leaseId: request.leaseId, reason: 'Ada has left' }, asking(admin));

describe('a key that a person makes at the provider', () => {
  it('is a task until it is handed in, and then goes to its owner like any other', async () => {
    expect(await tasks()).toMatchObject([
      {
        kind: 'hand-in',
        generation: 1,
        alias: `${request.leaseId}-g1`,
        instruction: 'Make it in the console',
        lease: { status: 'started', owner: 'ada@example.com' },
      },
    ]);
    expect(await handIn()).toMatchObject({ outcome: 'accepted', result: { status: 'issued', mask: 'sk-c...zdHM' } });
    expect(await tasks()).toEqual([]);
    expect(await revealKey(vault.client, request.leaseId)).toBe(KEY);
  });

  it.each(['apikey\u0000_01', 'apikey\n01', 'api\u001bkey'])(
    'is not sealed under a name that no provider gives (%#)',
    async (name) => {
      await expect(handIn(KEY, admin, { issuerKeyId: name })).rejects.toMatchObject({
        code: 'malformed',
        detail: { issuerKeyId: expect.any(String) },
      });
      expect(await outside.stored('secret')).toEqual([]);
    },
  );

  it('is taken once: the same again is ignored, another one is refused', async () => {
    await handIn();
    const stored = (await outside.stored()).length;
    expect(await handIn()).toMatchObject({ outcome: 'ignored' });
    expect(await handIn(KEY, admin, { issuerKeyId: 'apikey_02' })).toMatchObject({ code: 'key-not-requested' });
    expect(await outside.stored()).toHaveLength(stored);
  });

  it('is refused when it can be no key, and says why without repeating it', async () => {
    for (const [value, code] of [
      [`"${KEY}"`, 'value-has-quotes'],
      [` ${KEY}`, 'value-has-white-space'],
      ['sk-a...wxyz', 'value-is-a-mask'],
      ['', 'value-empty'],
    ] as const)
      expect(await handIn(value)).toMatchObject({ outcome: 'refused', code });
    expect(await tasks()).toHaveLength(1);
  });

  it('is ended by a person as well: the lease ends when that is confirmed', async () => {
    await handIn();
    expect(await revoke()).toMatchObject({ result: { status: 'ending' } });
    expect(await tasks()).toMatchObject([{ kind: 'end-key', issuerKeyId, lease: { status: 'ending' } }]);
    expect(await confirm(admin, { issuerKeyId: 'apikey_02' })).toMatchObject({ code: 'key-not-found' });
    expect(await confirm()).toMatchObject({ outcome: 'accepted', result: { status: 'ended' } });
    expect(await confirm()).toMatchObject({ outcome: 'ignored' });
    expect(await tasks()).toEqual([]);
  });

  it('is for administrators', async () => {
    for (const principal of others) {
      await expect(tasks(principal)).rejects.toMatchObject({ code: 'forbidden' });
      expect(await handIn(KEY, principal)).toMatchObject({ outcome: 'refused', code: 'not-permitted' });
    }
    await handIn();
    await revoke();
    for (const principal of others)
      expect(await confirm(principal)).toMatchObject({ outcome: 'refused', code: 'not-permitted' });
    expect(await confirm(person('bob@example.com', ['member']))).toMatchObject({ code: 'lease-not-found' });
  });

  it('is taken for no lease that has ended, and for none that nobody asked for', async () => {
    await revoke();
    expect(await handIn()).toMatchObject({ outcome: 'refused', code: 'lease-ended' });
    const other = approvedRequest();
    await vault.hear(other.event);
    expect(await handIn(KEY, admin, { leaseId: other.leaseId })).toMatchObject({ code: 'key-not-requested' });
    expect(await confirm(admin, { leaseId: other.leaseId })).toMatchObject({ code: 'key-not-found' });
  });
});
