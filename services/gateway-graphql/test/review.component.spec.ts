import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApproveKeyRequest } from '@keyledger/contracts-approval';
import { AppError } from '@keyledger/errors';
import { healthOperations } from '@keyledger/messaging';
import { basic, type Harness, startGateway } from './gateway.harness.ts';

const mutation = (name: string, input: string, success: string): string => `
  mutation ($input: ${input}!) {
    ${name}(input: $input) { __typename ${success} ... on Error { message code } }
  }`;

const request = 'keyRequest { status decision { decidedBy reason } }';
const APPROVE = mutation(
  'approveKeyRequest',
  'ApproveKeyRequestInput',
  `... on ApproveKeyRequestSuccess { ${request} }`,
);
const DENY = mutation('denyKeyRequest', 'DenyKeyRequestInput', `... on DenyKeyRequestSuccess { ${request} }`);
const RETRY = mutation('retryKeyRequest', 'RetryKeyRequestInput', `... on RetryKeyRequestSuccess { ${request} }`);
const RESEND = mutation('resendLink', 'ResendLinkInput', '... on ResendLinkSuccess { delivery { id status } }');

const unknown = '0199ffff-0000-7000-8000-000000000000';

describe('deciding about requests', () => {
  let gateway: Harness;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  const run = async (query: string, input: object, headers: Record<string, string> = basic()) => {
    const { data, errors } = await gateway.graphql(query, { input }, headers);
    return { ...Object.values((data ?? {}) as Record<string, Record<string, unknown>>)[0], errors };
  };

  it('approves in the name of the reviewer, under the correlation of the request', async () => {
    const { requestId } = gateway.services.add({ status: 'in-review' });
    expect(await run(APPROVE, { requestId, comment: 'fine' })).toMatchObject({
      __typename: 'ApproveKeyRequestSuccess',
      keyRequest: { status: 'APPROVED', decision: { decidedBy: 'root', reason: 'fine' } },
    });
    const { caller } = gateway.services.asked.find(({ operation }) => operation === 'approved')!;
    expect(caller.principal).toMatchObject({ id: 'root', proof: 'basic' });
    expect(caller.correlationId).toBe(requestId);
  });

  it('takes global ids as well', async () => {
    const { requestId } = gateway.services.add({ status: 'in-review' });
    const id = Buffer.from(`KeyRequest:${requestId}`).toString('base64url');
    expect(await run(DENY, { requestId: id, reason: 'no budget' })).toMatchObject({
      keyRequest: { status: 'DENIED', decision: { reason: 'no budget' } },
    });
    const wrongKind = await run(DENY, {
      requestId: Buffer.from(`Lease:${requestId}`).toString('base64url'),
      reason: 'x',
    });
    expect(wrongKind.errors[0]?.extensions['code']).toBe('MALFORMED');
  });

  it('answers refusals as types', async () => {
    const decided = gateway.services.add({ status: 'denied' });
    expect(await run(APPROVE, { requestId: unknown })).toMatchObject({
      __typename: 'KeyRequestNotFoundError',
      code: 'key-request-not-found',
    });
    expect(await run(APPROVE, { requestId: decided.requestId })).toMatchObject({ __typename: 'AlreadyDecidedError' });
    expect(await run(RETRY, { requestId: decided.requestId })).toMatchObject({ __typename: 'NotFailedError' });
    expect(await run(DENY, { requestId: decided.requestId, reason: '   ' })).toMatchObject({
      __typename: 'InvalidInputError',
    });
  });

  it('takes up a failed request, and sends a link again', async () => {
    const failed = gateway.services.add({ status: 'failed' });
    expect(await run(RETRY, { requestId: failed.requestId })).toMatchObject({ keyRequest: { status: 'APPROVED' } });
    const delivered = gateway.services.addDelivered();
    const deliveryId = gateway.services.deliveries.get(delivered.requestId)![0]!.deliveryId;
    expect(await run(RESEND, { deliveryId })).toMatchObject({ delivery: { status: 'SUCCEEDED' } });
    expect(await run(RESEND, { deliveryId: unknown })).toMatchObject({ __typename: 'DeliveryNotFoundError' });
  });

  it('is for those who are signed in', async () => {
    const { requestId } = gateway.services.add({ status: 'in-review' });
    const { errors } = await run(APPROVE, { requestId }, {});
    expect(errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
    expect(gateway.services.requests.get(requestId)?.status).toBe('in-review');
  });

  it('shows a fault of the service with its code, and of a defect nothing', async () => {
    const own = await startGateway();
    try {
      const { requestId } = own.services.add({ status: 'in-review' });
      own.services.fail(ApproveKeyRequest, new AppError('rate-limited', 'Wait', { retryAfterMs: 1500 }));
      const limited = await own.graphql(APPROVE, { input: { requestId } }, basic());
      expect(limited.data).toEqual({ approveKeyRequest: null });
      expect(limited.errors[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 1500 });
      own.services.fail(ApproveKeyRequest, new Error('database password is hunter2'));
      const defect = await own.graphql(APPROVE, { input: { requestId } }, basic());
      expect(defect.errors[0]).toMatchObject({ message: 'Unexpected error', extensions: { code: 'INTERNAL' } });
      const { correlationId } = defect.errors[0]!.extensions;
      expect(correlationId).toBe(defect.headers.get('x-correlation-id'));
      expect(own.logged()).toContain(String(correlationId));
    } finally {
      await own.close();
    }
  });
});

describe('looking for things', () => {
  let gateway: Harness;
  beforeAll(async () => {
    gateway = await startGateway();
    for (const status of ['in-review', 'in-review', 'denied'] as const) gateway.services.add({ status });
  });
  afterAll(() => gateway.close());

  it('lists requests by state, page by page', async () => {
    const query = `query ($after: String) {
      keyRequests(filter: { statuses: [IN_REVIEW] }, first: 1, after: $after) {
        edges { node { requestId status } } pageInfo { hasNextPage endCursor }
      }
    }`;
    const first = (await gateway.graphql(query, {}, basic())).data.keyRequests;
    const second = (await gateway.graphql(query, { after: first.pageInfo.endCursor }, basic())).data.keyRequests;
    expect(first.pageInfo.hasNextPage).toBe(true);
    expect(second.pageInfo.hasNextPage).toBe(false);
    expect([first, second].map(({ edges }) => edges[0].node.status)).toEqual(['IN_REVIEW', 'IN_REVIEW']);
    expect(first.edges[0].node.requestId).not.toBe(second.edges[0].node.requestId);
  });

  it('fetches everything that has a global id by it', async () => {
    const { requestId } = gateway.services.addDelivered();
    const query = `{ keyRequest(id: "${requestId}") { id lease { id } deliveries { id } model { id provider { id } } } }`;
    const { keyRequest } = (await gateway.graphql(query, {}, basic())).data;
    const ids = [
      keyRequest.id,
      keyRequest.lease.id,
      keyRequest.deliveries[0].id,
      keyRequest.model.id,
      keyRequest.model.provider.id,
    ];
    const missing = Buffer.from(`KeyRequest:${unknown}`).toString('base64url');
    const { data, errors } = await gateway.graphql(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }',
      { ids: [...ids, missing] },
      basic(),
    );
    expect(errors).toEqual([]);
    expect(data.nodes).toEqual([
      ...['KeyRequest', 'Lease', 'Delivery', 'Model', 'Provider'].map((__typename, index) => ({
        __typename,
        id: ids[index],
      })),
      null,
    ]);
    const visitor = await gateway.graphql('query ($id: ID!) { node(id: $id) { id } }', { id: ids[0] });
    expect(visitor.data).toEqual({ node: null });
    expect(visitor.errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  });

  it('refuses ids of nothing without a defect', async () => {
    for (const id of ['nonsense', '', Buffer.from('Nothing:1').toString('base64url')]) {
      const { data, errors } = await gateway.graphql('query ($id: ID!) { node(id: $id) { id } }', { id }, basic());
      expect(data).toEqual({ node: null });
      expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['MALFORMED']);
    }
  });

  it('shows auditors every event by filter, and members none', async () => {
    const query = `{ auditEvents(filter: { types: ["LeaseIssued"], from: "2026-11-21T00:00:00Z" }) {
      edges { node { type category data actor { kind proof } } } } }`;
    const { data, errors } = await gateway.graphql(query, {}, basic());
    expect(errors).toEqual([]);
    expect(data.auditEvents.edges[0].node).toEqual({
      type: 'LeaseIssued',
      category: 'lease',
      data: { index: 2 },
      actor: { kind: 'service', proof: 'service' },
    });
  });

  it('shows models and featured models to everybody', async () => {
    const { data } = await gateway.graphql(
      '{ models { edges { node { modelId source } } } featuredModels { modelId } }',
    );
    expect(data.models.edges).toHaveLength(2);
    expect(data.featuredModels).toEqual([{ modelId: 'openai-gpt4' }]);
  });

  it('shows administrators how each service answers', async () => {
    const own = await startGateway();
    try {
      const { GetHealth } = healthOperations('delivery');
      own.services.fail(GetHealth, new AppError('unavailable', 'gone'));
      own.services.tell('approval', {
        isReady: true,
        parts: { 'dead-letters': { status: 'degraded', reason: 'Events wait' }, nats: { status: 'up' } },
      });
      const { data } = await own.graphql('{ health { name status cause } }', {}, basic());
      expect(data.health).toContainEqual({ name: 'delivery', status: 'UNREACHABLE', cause: null });
      expect(data.health).toContainEqual({ name: 'approval', status: 'DEGRADED', cause: 'dead-letters: Events wait' });
      expect(data.health).toContainEqual({ name: 'vault', status: 'HEALTHY', cause: null });
      const visitor = await own.graphql('{ health { name } }');
      expect(visitor.data).toEqual({ health: null });
    } finally {
      await own.close();
    }
  });
});
