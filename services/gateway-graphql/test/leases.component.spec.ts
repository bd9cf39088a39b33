import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LeaseView } from '@keyledger/contracts-vault';
import { openEventStream } from './event-stream.ts';
import { leaseView, requestView } from './examples.ts';
import { FakeLeases } from './fake-leases.ts';
import { FakeSecrets } from './fake-secrets.ts';
import { basic, type Harness, startGateway } from './gateway.harness.ts';

const CANARY = 'sk-canary-c0ffee0d2c4b6a89-KEYLEDGER';
const EXPIRES_AT = '2027-01-21T08:00:00.000Z';

const full: LeaseView = {
  ...leaseView(requestView({ requestId: '0199cccc-0000-7000-8000-00000000000c' })),
  team: 'search',
  purpose: 'Nightly evaluation',
  tags: ['prod'],
  budget: { maxUsd: 25, period: '30d' },
  remainingBudget: { maxUsd: 5.5, until: EXPIRES_AT },
  softBudgetUsd: 20,
  rateLimits: { requestsPerMinute: 60 },
  generation: 2,
  change: { changeId: '0199dddd-0000-7000-8000-00000000000d', kind: 'renewal', startedAt: EXPIRES_AT },
  retiring: [
    {
      generation: 1,
      endsAt: EXPIRES_AT,
      awaitsDelivery: true,
      refused: { change: 'suspension', cause: 'order-refused', message: 'No' },
    },
  ],
};
const { leaseId } = full;

const LEASE = `id status issuer owner team purpose tags modelIds generation softBudgetUsd budget { maxUsd period } remainingBudget { maxUsd until }
  rateLimits { requestsPerMinute tokensPerMinute parallelRequests } change { kind startedAt } suspension { reason }
  rotation { generation } retiring { generation endsAt awaitsDelivery refused { change cause message } } end { how reason startedAt endedAt } delay { cause }`;

const mutation = (name: string): string => {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}`;
  return `mutation ($input: ${type}Input!) {
    ${name}(input: $input) { __typename ... on ${type}Success { lease { id status generation } } ... on Error { code message } }
  }`;
};

const limits = { budget: { maxUsd: 5, period: '30d' }, softBudgetUsd: 4, rateLimits: { parallelRequests: 2 } };

describe('leases', () => {
  let gateway: Harness;
  let leases: FakeLeases;

  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());
  beforeEach(async () => {
    leases = new FakeLeases(full);
    leases.answer(gateway.services.requestReply);
    await new FakeSecrets().answer(gateway.services.requestReply);
  });

  const run = async (query: string, variables: object, headers: Record<string, string> = basic()) => {
    const { data, errors } = await gateway.graphql(query, variables, headers);
    return { result: Object.values((data ?? {}) as Record<string, Record<string, unknown>>)[0], errors };
  };

  it.each<[string, string, object, object]>([
    [
      'issueLease',
      'IssueLease',
      { owner: 'a@example.com', modelIds: ['m'], tags: ['t'], ...limits },
      { owner: 'a@example.com', modelIds: ['m'], tags: ['t'], ...limits },
    ],
    ['renewLease', 'RenewLease', { leaseId, expiresAt: EXPIRES_AT }, { leaseId, expiresAt: EXPIRES_AT }],
    ['changeLeaseLimits', 'ChangeLeaseLimits', { leaseId, ...limits, modelIds: null }, { leaseId, ...limits }],
    [
      'suspendLease',
      'SuspendLease',
      { leaseId, reason: 'r', idempotencyKey: 'k' },
      { leaseId, reason: 'r', idempotencyKey: 'k' },
    ],
    ['resumeLease', 'ResumeLease', { leaseId }, { leaseId }],
    [
      'rotateLease',
      'RotateLease',
      { leaseId, reason: 'r', gracePeriod: '2h', duration: '30d' },
      { leaseId, reason: 'r', gracePeriod: '2h', duration: '30d' },
    ],
    [
      'retireLeaseKey',
      'RetireLeaseKey',
      { leaseId, generation: 1, reason: 'r' },
      { leaseId, generation: 1, reason: 'r' },
    ],
    ['revokeLease', 'RevokeLease', { leaseId, reason: 'r' }, { leaseId, reason: 'r' }],
    ['confirmKeyEnded', 'ConfirmKeyEnded', { leaseId, issuerKeyId: 'i' }, { leaseId, issuerKeyId: 'i' }],
  ])(
    '%s asks the vault in the name of whoever is signed in, and answers with the lease',
    async (name, operation, input, asked) => {
      const { result } = await run(mutation(name), { input });
      expect(result).toMatchObject({ lease: { status: 'ISSUED', generation: 2 } });
      expect(leases.received).toEqual([expect.objectContaining({ name: operation, input: asked })]);
      expect(leases.received[0]?.caller.principal).toMatchObject({ id: 'root' });
      const { errors } = await run(mutation(name), { input }, {});
      expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    },
  );

  it.each([
    ['renewLease', { leaseId, expiresAt: EXPIRES_AT }, 'lease-not-found', 'LeaseNotFoundError'],
    ['renewLease', { leaseId, expiresAt: EXPIRES_AT }, 'exceeds-limits', 'ExceedsLimitsError'],
    ['renewLease', { leaseId, expiresAt: EXPIRES_AT }, 'expiry-in-the-past', 'ExpiryInThePastError'],
    ['suspendLease', { leaseId, reason: 'r' }, 'not-supported-by-issuer', 'NotSupportedByIssuerError'],
    ['suspendLease', { leaseId, reason: 'r' }, 'change-in-progress', 'ChangeInProgressError'],
    ['resumeLease', { leaseId }, 'not-suspended', 'NotSuspendedError'],
    ['rotateLease', { leaseId, reason: 'r' }, 'lease-suspended', 'LeaseSuspendedError'],
    ['rotateLease', { leaseId, reason: 'r' }, 'too-many-keys', 'TooManyKeysError'],
    ['rotateLease', { leaseId, reason: 'r' }, 'lease-ended', 'LeaseEndedError'],
    ['retireLeaseKey', { leaseId, generation: 2, reason: 'r' }, 'key-not-found', 'KeyNotFoundError'],
    ['revokeLease', { leaseId, reason: 'r' }, 'not-permitted', 'NotPermittedError'],
    ['issueLease', { owner: 'a', modelIds: ['m'] }, 'issuer-not-found', 'IssuerNotFoundError'],
    ['issueLease', { owner: 'a', modelIds: ['m'] }, 'lease-exists', 'LeaseExistsError'],
    ['confirmKeyEnded', { leaseId, issuerKeyId: 'i' }, 'key-not-found', 'KeyNotFoundError'],
  ])('%s of %j, refused as %s, is a %s', async (name, input, code, type) => {
    leases.refusal = code;
    const { result } = await run(mutation(name), { input });
    expect(result).toEqual({ __typename: type, code, message: `It was refused: ${code}` });
  });

  it('say what is wrong with an input before the vault is asked', async () => {
    const { result } = await run(mutation('changeLeaseLimits'), { input: { leaseId } });
    expect(result).toMatchObject({
      __typename: 'InvalidInputError',
      message: expect.stringContaining('something to change'),
    });
    expect(leases.received).toEqual([]);
  });

  it('are shown with everything that is known, one alone, as a node and in a list', async () => {
    const query = `query ($id: ID!, $filter: LeaseFilter) { lease(id: $id) { ${LEASE} }
      leases(filter: $filter, first: 5) { edges { node { ${LEASE} } } pageInfo { hasNextPage } } }`;
    const filter = { team: 'search', tag: 'prod', statuses: ['ISSUED'], modelId: null, expiresBefore: EXPIRES_AT };
    const { data } = await gateway.graphql(query, { id: leaseId, filter }, basic());
    expect(data.lease).toMatchObject({
      status: 'ISSUED',
      team: 'search',
      tags: ['prod'],
      budget: { maxUsd: 25, period: '30d' },
      remainingBudget: { maxUsd: 5.5, until: EXPIRES_AT },
      rateLimits: { requestsPerMinute: 60, tokensPerMinute: null },
      change: { kind: 'RENEWAL' },
      retiring: [{ generation: 1, awaitsDelivery: true, refused: { change: 'SUSPENSION', cause: 'order-refused' } }],
      suspension: null,
      end: null,
    });
    expect(data.leases.edges).toEqual([{ node: data.lease }]);
    expect(leases.received).toMatchObject([
      { input: { first: 5, team: 'search', tag: 'prod', statuses: ['issued'], expiresBefore: EXPIRES_AT } },
    ]);
    const node = await gateway.graphql(
      `query ($id: ID!) { node(id: $id) { ... on Lease { ${LEASE} } } }`,
      { id: data.lease.id },
      basic(),
    );
    expect(node.data.node).toEqual(data.lease);
  });

  it('are revoked together after a preview', async () => {
    const scope = { team: 'search', owner: null };
    const preview = await gateway.graphql(
      'query ($scope: RevocationScopeInput!) { previewLeaseRevocation(scope: $scope, first: 3) { total digest leases { id } } }',
      { scope },
      basic(),
    );
    const { total, digest } = preview.data.previewLeaseRevocation;
    expect(total).toBe(1);
    const REVOKE = `mutation ($input: RevokeLeasesInput!) { revokeLeases(input: $input) { __typename
      ... on RevokeLeasesSuccess { bulkRevocation { bulkId total revoked completedAt scope { team owner } } }
      ... on Error { code } } }`;
    const input = { scope, digest, reason: 'Dissolved' };
    const { result } = await run(REVOKE, { input });
    expect(result).toMatchObject({
      bulkRevocation: { total: 1, revoked: 0, completedAt: null, scope: { team: 'search', owner: null } },
    });
    const { bulkId } = (result as { bulkRevocation: { bulkId: string } }).bulkRevocation;
    const seen = await run('query ($id: ID!) { bulkRevocation(id: $id) { startedBy reason } }', { id: bulkId });
    expect(seen.result).toEqual({ startedBy: 'root', reason: 'Dissolved' });
    leases.refusal = 'set-changed';
    expect((await run(REVOKE, { input })).result).toEqual({ __typename: 'SetChangedError', code: 'set-changed' });
  });

  it('have tasks for custodians, whose keys leave the gateway encrypted', async () => {
    const { data } = await gateway.graphql(
      '{ custodianTasks { edges { node { kind alias instruction lease { id } } } } }',
      {},
      basic(),
    );
    expect(data.custodianTasks.edges).toMatchObject([
      { node: { kind: 'HAND_IN', alias: 'a-g1', instruction: 'By hand' } },
    ]);
    const input = { leaseId, issuerKeyId: 'apikey_01', value: CANARY };
    expect((await run(mutation('handInKey'), { input })).result).toMatchObject({ lease: { status: 'ISSUED' } });
    expect(JSON.stringify(leases.received)).not.toContain('canary');
    expect(gateway.logged()).not.toContain('canary');
  });

  it('are watched: as they are now, and after each change', async () => {
    const query = 'subscription ($id: ID!) { leaseUpdated(id: $id) { status suspension { reason } } }';
    const stream = await openEventStream(gateway.url, { query, variables: { id: leaseId } }, basic());
    try {
      expect((await stream.next())?.data?.['leaseUpdated']).toEqual({ status: 'ISSUED', suspension: null });
      leases.lease = { ...full, status: 'suspended', suspension: { reason: 'Strange', suspendedAt: EXPIRES_AT } };
      gateway.events.publish([leaseId]);
      expect((await stream.next())?.data?.['leaseUpdated']).toEqual({
        status: 'SUSPENDED',
        suspension: { reason: 'Strange' },
      });
    } finally {
      await stream.close();
    }
  });
});
