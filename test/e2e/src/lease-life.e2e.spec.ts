import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { PATIENCE_MS, type Submitted } from './gateway.ts';
import { isAccepted, linkIn, mailTo, openLink, type OpenedKey, untilStatus } from './requester.ts';
import { startSystem, type System } from './system.ts';

jest.setTimeout(150_000);

const MODEL = 'ollama/llama3.2';
const ADA = 'ada@example.com';

const LEASE = `id status generation mask expiresAt budget { maxUsd } rateLimits { requestsPerMinute }
  suspension { reason } retiring { generation } end { how reason endedAt }`;

interface Lease {
  readonly id: string;
  readonly status: string;
  readonly generation: number;
  readonly expiresAt: string;
  readonly budget: { readonly maxUsd: number };
  readonly retiring: readonly { readonly generation: number }[];
}

interface Changed {
  readonly __typename: string;
  readonly lease?: Lease;
  readonly message?: string;
}

describe('the whole life of a key', () => {
  let system: System;
  let submitted: Submitted;
  let lease: Lease;
  let firstLink: string;
  let firstKey: string;
  let secondKey: string;

  const ask = <Data>(query: string, variables: object = {}): Promise<Data> =>
    system.gateway.graphql<Data>(query, variables, system.gateway.administrator);

  const change = async (name: string, input: object): Promise<Lease> => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}`;
    const answer = await ask<Record<string, Changed>>(
      `mutation ($input: ${type}Input!) { ${name}(input: $input) {
        __typename ... on ${type}Success { lease { ${LEASE} } } ... on Error { message } } }`,
      { input },
    );
    const changed = answer[name]?.lease;
    if (changed === undefined) throw new Error(JSON.stringify(answer));
    return changed;
  };

  const read = async (): Promise<Lease> =>
    (await ask<{ lease: Lease }>(`query ($id: ID!) { lease(id: $id) { ${LEASE} } }`, { id: lease.id })).lease;

  const until = (isSo: (lease: Lease) => boolean): Promise<Lease> => system.gateway.until(read, isSo);

  const rows = (owner = ADA) => system.litellm.ledger().filter((row) => row.user_id === owner);

  const open = async (link: string): Promise<string> => {
    const response = await openLink(system, link, submitted.claimCode ?? '');
    return ((await response.json()) as OpenedKey).key;
  };

  beforeAll(async () => {
    system = await startSystem();
    submitted = await system.gateway.requestKey({
      modelId: MODEL,
      email: ADA,
      duration: '7d',
      budget: { maxUsd: 5 },
      idempotencyKey: randomUUID(),
    });
    await untilStatus(system, submitted.requestId, 'FULFILLED');
    firstLink = linkIn(await mailTo(system, ADA));
    firstKey = await open(firstLink);
    const { keyRequest } = await ask<{ keyRequest: { lease: Lease } }>(
      `query ($id: ID!) { keyRequest(id: $id) { lease { ${LEASE} } } }`,
      { id: submitted.requestId },
    );
    ({ lease } = keyRequest);
  });

  afterAll(() => system?.stop());

  it('begins with a request and a key that works', async () => {
    expect(lease).toMatchObject({ status: 'ISSUED', generation: 1, budget: { maxUsd: 5 } });
    expect(await isAccepted(system, firstKey, MODEL)).toBe(true);
  });

  it('is renewed at the issuer', async () => {
    const expiresAt = new Date(Date.parse(lease.expiresAt) + 5 * 86_400_000).toISOString();
    await change('renewLease', { leaseId: lease.id, expiresAt });
    const renewed = await until((now) => now.expiresAt > lease.expiresAt);
    expect(Math.abs(Date.parse(renewed.expiresAt) - Date.parse(expiresAt))).toBeLessThan(60_000);
  });

  it('gets other limits at the issuer', async () => {
    const limits = { budget: { maxUsd: 9 }, rateLimits: { requestsPerMinute: 30 } };
    await change('changeLeaseLimits', { leaseId: lease.id, ...limits });
    expect(await until(({ budget }) => budget.maxUsd === 9)).toMatchObject(limits);
    expect(rows()).toEqual([expect.objectContaining({ max_budget: 9, rpm_limit: 30 })]);
  });

  it('does not work while it is suspended, and works again', async () => {
    await change('suspendLease', { leaseId: lease.id, reason: 'Strange spending' });
    expect(await until(({ status }) => status === 'SUSPENDED')).toMatchObject({
      suspension: { reason: 'Strange spending' },
    });
    expect(await isAccepted(system, firstKey, MODEL)).toBe(false);
    await change('resumeLease', { leaseId: lease.id });
    await until(({ status }) => status === 'ISSUED');
    expect(await isAccepted(system, firstKey, MODEL)).toBe(true);
  });

  it('gets a successor, which is delivered before the key before it ends', async () => {
    await change('rotateLease', { leaseId: lease.id, reason: 'It was in a chat', gracePeriod: '1h' });
    const mail = await system.mailbox.received(
      (each) => each.to.includes(ADA) && each.text.includes('/claim/') && linkIn(each) !== firstLink,
      AbortSignal.timeout(PATIENCE_MS),
    );
    secondKey = await open(linkIn(mail));
    expect(secondKey).not.toBe(firstKey);
    for (const key of [firstKey, secondKey]) expect(await isAccepted(system, key, MODEL)).toBe(true);
    expect(await read()).toMatchObject({ generation: 2, retiring: [{ generation: 1 }] });
    expect(rows()).toHaveLength(2);
  });

  it('loses the key before at once when that is retired', async () => {
    await change('retireLeaseKey', { leaseId: lease.id, generation: 1, reason: 'It leaked' });
    await until(({ retiring }) => retiring.length === 0);
    expect(await isAccepted(system, firstKey, MODEL)).toBe(false);
    expect(await isAccepted(system, secondKey, MODEL)).toBe(true);
    expect(rows()).toHaveLength(1);
  });

  it('ends with its revocation', async () => {
    await change('revokeLease', { leaseId: lease.id, reason: 'Ada has left' });
    expect(await until(({ status }) => status === 'ENDED')).toMatchObject({
      end: { how: 'REVOKED', reason: 'Ada has left' },
    });
    for (const key of [firstKey, secondKey]) expect(await isAccepted(system, key, MODEL)).toBe(false);
    expect(rows()).toEqual([]);
  });

  it('is told in order by the history of its request', async () => {
    const typesOf = async (): Promise<readonly string[]> => {
      const { keyRequest } = await ask<{
        keyRequest: { history: { edges: readonly { readonly node: { readonly type: string } }[] } };
      }>('query ($id: ID!) { keyRequest(id: $id) { history(first: 100) { edges { node { type } } } } }', {
        id: submitted.requestId,
      });
      return keyRequest.history.edges.map(({ node }) => node.type);
    };
    const life = [
      'LeaseIssued',
      'LeaseRenewed',
      'LeaseLimitsChanged',
      'LeaseSuspended',
      'LeaseResumed',
      'LeaseRotated',
      'LeaseKeyRetired',
      'LeaseRevoked',
    ];
    const types = await system.gateway.until(typesOf, (found) => found.includes('LeaseRevoked'));
    expect(types.filter((type) => life.includes(type))).toEqual(life);
  });

  it('may end together with others, after a preview', async () => {
    const owners = ['bob@example.com', 'carl@example.com', 'dora@example.com'];
    for (const owner of owners) {
      const tags = owner === 'dora@example.com' ? ['keep'] : ['course'];
      await change('issueLease', { owner, modelIds: [MODEL], tags, duration: '1d' });
    }
    const scope = { tag: 'course' };
    const preview = async () =>
      (
        await ask<{ previewLeaseRevocation: { total: number; digest: string } }>(
          'query ($scope: RevocationScopeInput!) { previewLeaseRevocation(scope: $scope) { total digest } }',
          { scope },
        )
      ).previewLeaseRevocation;
    const { digest } = await system.gateway.until(preview, ({ total }) => total === 2);
    const { revokeLeases } = await ask<{ revokeLeases: { bulkRevocation: { bulkId: string; total: number } } }>(
      `mutation ($input: RevokeLeasesInput!) { revokeLeases(input: $input) {
        ... on RevokeLeasesSuccess { bulkRevocation { bulkId total } } ... on Error { message } } }`,
      { input: { scope, digest, reason: 'The course is over' } },
    );
    expect(revokeLeases.bulkRevocation.total).toBe(2);
    await system.gateway.until(
      async () => owners.map((owner) => rows(owner).length),
      (counts) => counts.join() === '0,0,1',
    );
    const { bulkRevocation } = await ask<{ bulkRevocation: object }>(
      'query ($id: ID!) { bulkRevocation(id: $id) { total revoked completedAt } }',
      { id: revokeLeases.bulkRevocation.bulkId },
    );
    expect(bulkRevocation).toEqual({ total: 2, revoked: 2, completedAt: expect.any(String) });
  });
});
