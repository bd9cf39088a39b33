import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AcknowledgeDifference,
  GetLease,
  ListDifferences,
  ListLeases,
  ListLeaseUsage,
  ListReconciliations,
  ReconcileIssuer,
  RepairDifference,
} from '@keyledger/contracts-vault';
import {
  acknowledgedDifferenceExample,
  differenceExample,
  leaseUsageExample,
  leaseViewExample,
} from '@keyledger/contracts-vault/testing';
import { basic, type Harness, startGateway } from './gateway.harness.ts';

const { differenceId, leaseId } = differenceExample;

/** Everything that was asked of the vault, and what every command is refused with. */
interface Vault {
  readonly asked: [string, unknown][];
  refusal: 'not-permitted' | undefined;
}

const answering = ({ services: { requestReply } }: Harness): Vault => {
  const vault: Vault = { asked: [], refusal: undefined };
  const lease = { ...leaseViewExample, leaseId: leaseUsageExample.leaseId };
  const second = { ...lease, leaseId: '0199cccc-0000-7000-8000-00000000000c' };
  const reply = <Result>(result: Result) =>
    vault.refusal === undefined
      ? { outcome: 'accepted' as const, result }
      : { outcome: 'refused' as const, code: vault.refusal, message: 'For administrators' };
  const note = (name: string, input: unknown): void => void vault.asked.push([name, input]);
  requestReply.handle(ReconcileIssuer, async (input) => {
    note('ReconcileIssuer', input);
    return reply({ runs: [{ issuer: 'litellm', runId: differenceId, requestedAt: differenceExample.foundAt }] });
  });
  requestReply.handle(RepairDifference, async (input) => {
    note('RepairDifference', input);
    return reply({ ...differenceExample, status: 'repaired' as const });
  });
  requestReply.handle(AcknowledgeDifference, async (input) => {
    note('AcknowledgeDifference', input);
    return reply(acknowledgedDifferenceExample);
  });
  requestReply.handle(ListDifferences, async (input) => {
    note('ListDifferences', input);
    return { items: [differenceExample, acknowledgedDifferenceExample] };
  });
  requestReply.handle(ListReconciliations, async () => ({ reconciliations: [{ issuer: 'litellm' }] }));
  requestReply.handle(GetLease, async ({ leaseId: id }) => (id === leaseId ? lease : null));
  requestReply.handle(ListLeases, async () => ({ items: [lease, second] }));
  requestReply.handle(ListLeaseUsage, async (input) => {
    note('ListLeaseUsage', input);
    return { usages: [leaseUsageExample] };
  });
  return vault;
};

describe('differences between issuers and the ledger', () => {
  let gateway: Harness;
  let vault: Vault;

  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());
  beforeEach(() => {
    vault = answering(gateway);
  });

  const run = async (query: string, variables: object = {}, headers: Record<string, string> = basic()) => {
    const { data, errors } = await gateway.graphql(query, variables, headers);
    return { result: Object.values((data ?? {}) as Record<string, unknown>)[0], errors };
  };

  it('are listed with what differs, whose key it is and what became of it', async () => {
    const query = `query ($filter: DifferenceFilter) { differences(filter: $filter, first: 20) { edges { node {
      id issuer kind issuerKeyId alias generation status foundAt failure { cause } by reason resolvedAt lease { id status }
      expected { modelIds budget { maxUsd } rateLimits { requestsPerMinute } expiresAt isSuspended }
      found { modelIds budget { maxUsd } isSuspended } } } } }`;
    const filter = { issuer: 'litellm', kind: 'LIMITS_CHANGED', statuses: ['OPEN', 'ACKNOWLEDGED'], leaseId };
    const { result, errors } = await run(query, { filter });
    expect(errors ?? []).toEqual([]);
    expect(vault.asked).toContainEqual([
      'ListDifferences',
      { first: 20, issuer: 'litellm', kind: 'limits-changed', statuses: ['open', 'acknowledged'], leaseId },
    ]);
    const nodes = (result as { edges: { node: object }[] }).edges.map(({ node }) => node);
    expect(nodes).toMatchObject([
      {
        id: differenceId,
        kind: 'LIMITS_CHANGED',
        status: 'OPEN',
        found: { modelIds: [] },
        lease: { status: 'ISSUED' },
      },
      { kind: 'UNKNOWN_KEY', status: 'ACKNOWLEDGED', lease: null, reason: acknowledgedDifferenceExample.reason },
    ]);
  });

  it('are those that are not over when nothing is said', async () => {
    await run('{ differences { edges { node { id } } } }');
    expect(vault.asked[0]).toEqual(['ListDifferences', { first: 20, statuses: ['open', 'repairing'] }]);
  });

  it.each<[string, object, string]>([
    ['reconcileIssuer', { issuer: 'litellm' }, 'issuers'],
    ['repairDifference', { differenceId }, 'difference { status }'],
    ['acknowledgeDifference', { differenceId, reason: 'Made by hand' }, 'difference { status reason }'],
  ])('%s says what came of it, or why not', async (name, input, fields) => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}`;
    const mutation = `mutation ($input: ${type}Input!) { ${name}(input: $input) {
      __typename ... on ${type}Success { ${fields} } ... on Error { code message } } }`;
    expect((await run(mutation, { input })).result).toMatchObject({ __typename: `${type}Success` });
    expect(vault.asked).toEqual([[type, input]]);
    vault.refusal = 'not-permitted';
    expect((await run(mutation, { input })).result).toMatchObject({
      __typename: 'NotPermittedError',
      code: 'not-permitted',
    });
  });

  it('need somebody who is signed in', async () => {
    const { errors } = await run('{ differences { edges { node { id } } } reconciliations { issuer } }', {}, {});
    expect(errors).toHaveLength(2);
    expect(vault.asked).toEqual([]);
  });

  it('say which issuers can be compared', async () => {
    expect(await run('{ reconciliations { issuer completed { compared } requestedAt } }')).toMatchObject({
      result: [{ issuer: 'litellm', completed: null, requestedAt: null }],
    });
  });

  it('stand beside the usage of leases, of which a whole page is asked for once', async () => {
    const { result } = await run(`{ leases { edges { node { usage {
      spentUsd lastUsedAt budgetResetAt observedAt unusedSinceDays threshold { budgetKind percent budgetUsd reachedAt } } } } } }`);
    expect((result as { edges: unknown[] }).edges).toMatchObject([
      { node: { usage: { spentUsd: 13, unusedSinceDays: 7, threshold: { budgetKind: 'HARD', percent: 50 } } } },
      { node: { usage: null } },
    ]);
    expect(vault.asked.filter(([name]) => name === 'ListLeaseUsage')).toHaveLength(1);
  });
});
