import { afterEach, describe, expect, it } from '@jest/globals';
import type { DifferenceView } from '@keyledger/contracts-vault';
import type { Issuer } from '../src/application/ports/issuer.port.ts';
import { openAi, openRouter, type Remote } from './remote-issuers.ts';
import { admin, asking } from './vault-client.ts';
import { approvedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

const NOBODYS = '00000000-0000-4000-8000-000000000000-g1';

let outside: Outside<Issuer>;
let vault: Replica;
let remote: Remote;

afterEach(() => remote.stop());

const begin = async <Given extends Remote>(start: () => Promise<Given>): Promise<Given> => {
  const given = await start();
  remote = given;
  outside = new Outside<Issuer>((clock) => given.issuerAt(clock));
  outside.advance(Date.now() - outside.clock().getTime());
  vault = await outside.replica();
  return given;
};

const issue = async (): Promise<string> => {
  const { leaseId, event } = approvedRequest({ duration: '30d', budget: { maxUsd: 25, period: '30d' } });
  await vault.hear(event);
  return leaseId;
};

const compare = async (): Promise<readonly DifferenceView[]> => {
  await vault.client.ReconcileIssuer({}, asking(admin));
  await vault.reconcile();
  return (await vault.client.ListDifferences({ first: 50, statuses: ['open', 'repairing'] }, asking(admin))).items;
};

const repair = async ({ differenceId }: DifferenceView): Promise<string> => {
  const reply = await vault.client.RepairDifference({ differenceId }, asking(admin));
  if (reply.outcome === 'refused') throw new Error(reply.code);
  return reply.result.status;
};

/** By hand, with the administrative key. */
const call = async (url: string, key: string, method: string, path: string, body?: object): Promise<void> => {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const answer = await fetch(`${url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  expect(answer.ok).toBe(true);
};

const names = (): readonly string[] => remote.live().map(({ name }) => name);

describe('keys at OpenRouter that were changed by hand', () => {
  it('are found with what differs and put right, however often the list is compared', async () => {
    const { server } = await begin(openRouter);
    const leaseId = await issue();
    expect(await compare()).toEqual([]);
    const { hash } = server.keys()[0]!;
    const change = { limit: 9_999, limit_reset: 'daily', disabled: true };
    await call(server.url, server.managementKey, 'PATCH', `/keys/${hash}`, change);
    const [difference, ...others] = await compare();
    expect(others).toEqual([]);
    expect(difference).toMatchObject({
      kind: 'limits-changed',
      leaseId,
      expected: { budget: { maxUsd: 25, period: '30d' }, isSuspended: false },
      found: { budget: { maxUsd: 9_999, period: '1d' }, isSuspended: true },
    });
    expect(await repair(difference!)).toBe('repaired');
    expect(server.keys()).toMatchObject([{ hash, limit: 25, limit_reset: 'monthly', disabled: false }]);
    expect(await compare()).toEqual([]);
  });

  it('and whose end is another one get a successor, since OpenRouter cannot move it', async () => {
    const { server } = await begin(openRouter);
    const leaseId = await issue();
    server.tell(server.keys()[0]!.hash, { expires_at: null });
    const [difference] = await compare();
    expect(difference).toMatchObject({ kind: 'limits-changed', leaseId, found: {} });
    expect(await repair(difference!)).toBe('repaired');
    expect(names()).toContain(`${leaseId}-g2`);
  });

  it('or made under a name of ours are second or unknown ones, also while they are disabled, and end', async () => {
    const { server } = await begin(openRouter);
    const leaseId = await issue();
    for (const name of [`${leaseId}-g1`, NOBODYS, 'somebody-elses'])
      await call(server.url, server.managementKey, 'POST', '/keys', { name });
    const foreign = server.keys().find(({ name }) => name === NOBODYS)!;
    await call(server.url, server.managementKey, 'PATCH', `/keys/${foreign.hash}`, { disabled: true });
    const differences = await compare();
    expect(differences.map(({ kind }) => kind).sort()).toEqual(['duplicate-alias', 'unknown-key']);
    for (const difference of differences) expect(await repair(difference)).toBe('repaired');
    expect([...names()].sort()).toEqual([`${leaseId}-g1`, 'somebody-elses'].sort());
    expect(await compare()).toEqual([]);
  });
});

describe('keys at OpenAI that were changed by hand', () => {
  const PROJECT = '/organization/projects';

  it('have no limits that could differ', async () => {
    await begin(openAi);
    await issue();
    expect(await compare()).toEqual([]);
  });

  it('and deleted with their account are missing, and made anew', async () => {
    const { server } = await begin(openAi);
    const leaseId = await issue();
    const { id } = server.accounts()[0]!;
    await call(server.url, server.adminKey, 'DELETE', `${PROJECT}/${server.projectId}/service_accounts/${id}`);
    const [difference, ...others] = await compare();
    expect(others).toEqual([]);
    expect(difference).toMatchObject({ kind: 'missing-key', leaseId, issuerKeyId: id });
    expect(await repair(difference!)).toBe('repaired');
    expect(names()).toEqual([`${leaseId}-g2`]);
  });

  it('or made under a name of ours end with their account', async () => {
    const { server } = await begin(openAi);
    const leaseId = await issue();
    for (const name of [`${leaseId}-g1`, NOBODYS, 'somebody-elses'])
      await call(server.url, server.adminKey, 'POST', `${PROJECT}/${server.projectId}/service_accounts`, { name });
    const differences = await compare();
    expect(differences.map(({ kind }) => kind).sort()).toEqual(['duplicate-alias', 'unknown-key']);
    for (const difference of differences) expect(await repair(difference)).toBe('repaired');
    expect([...names()].sort()).toEqual([`${leaseId}-g1`, 'somebody-elses'].sort());
    expect(server.requests().filter((request) => /^DELETE .*\/api_keys\//.test(request))).toEqual([]);
  });
});
