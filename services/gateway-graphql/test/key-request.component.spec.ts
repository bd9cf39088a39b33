import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GetKeyHistory } from '@keyledger/contracts-audit';
import { FindLeaseByRequest } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { CLAIM_CODE } from './fake-services.ts';
import { basic, type Harness, startGateway } from './gateway.harness.ts';

const REQUEST = /* GraphQL */ `
  mutation ($input: RequestKeyInput!) {
    requestKey(input: $input) {
      __typename
      ... on RequestKeySuccess {
        id
        requestId
        status
        claimCode
        wasAlreadyOpen
        keyRequest {
          id
          email
        }
      }
      ... on InvalidInputError {
        issues {
          path
        }
      }
      ... on Error {
        message
        code
      }
    }
  }
`;

const COMPOSED = /* GraphQL */ `
  query ($id: ID!, $claimCode: String) {
    keyRequest(id: $id, claimCode: $claimCode) {
      requestId
      status
      evaluations {
        policyVersion
        outcome
        verdicts {
          rule
          verdict
          reason
        }
      }
      model {
        title
        provider {
          title
        }
      }
      lease {
        status
        mask
        keyRequest {
          requestId
        }
      }
      deliveries {
        status
        link {
          state
        }
      }
      history(first: 3) {
        edges {
          cursor
          node {
            type
            actor {
              actorId
            }
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`;

const input = { modelId: 'openai-gpt4', email: 'ada@example.com' };

describe('requesting a key over GraphQL', () => {
  let gateway: Harness;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  it('answers a visitor with the request and its claim code, and speaks for the typed address', async () => {
    const { data } = await gateway.graphql(REQUEST, {
      input: { ...input, justification: 'Coursework', duration: '30d', budget: { maxUsd: 5, period: '30d' } },
    });
    expect(data.requestKey).toMatchObject({
      __typename: 'RequestKeySuccess',
      status: 'SUBMITTED',
      claimCode: CLAIM_CODE,
      wasAlreadyOpen: false,
      keyRequest: { email: input.email },
    });
    expect(data.requestKey.keyRequest.id).toBe(data.requestKey.id);
    const submitted = gateway.services.asked.find(({ operation }) => operation === 'SubmitKeyRequest');
    expect(submitted?.caller.principal).toEqual({
      kind: 'anonymous',
      id: input.email,
      roles: ['member'],
      proof: 'address',
    });
    expect(gateway.services.requests.get(data.requestKey.requestId)).toMatchObject({
      justification: 'Coursework',
      duration: '30d',
      budget: { maxUsd: 5, period: '30d' },
      delivery: { channel: 'emailLink' },
    });
  });

  it('tells a visitor who repeats an open request that it is open, and nothing about it', async () => {
    const { data, errors } = await gateway.graphql(REQUEST, { input });
    expect(errors).toEqual([]);
    expect(data.requestKey).toEqual({
      __typename: 'RequestKeySuccess',
      id: null,
      requestId: null,
      status: null,
      claimCode: null,
      wasAlreadyOpen: true,
      keyRequest: null,
    });
  });

  it('shows the open request to an administrator who asks for the same', async () => {
    const { data } = await gateway.graphql(REQUEST, { input }, basic());
    expect(data.requestKey).toMatchObject({
      requestId: expect.any(String),
      status: 'SUBMITTED',
      claimCode: null,
      wasAlreadyOpen: true,
      keyRequest: { email: input.email },
    });
  });

  it('refuses an unknown model as a type of its own', async () => {
    const { data } = await gateway.graphql(REQUEST, { input: { ...input, modelId: 'nonsense' } });
    expect(data.requestKey).toMatchObject({ __typename: 'ModelNotFoundError', code: 'model-not-found' });
  });

  it('names the fields that are wrong and does not repeat their values', async () => {
    const { data } = await gateway.graphql(REQUEST, {
      input: { ...input, email: 'secret-value', duration: 'for-ever', budget: { maxUsd: -1 } },
    });
    expect(data.requestKey.__typename).toBe('InvalidInputError');
    expect(data.requestKey.issues.map(({ path }: { path: string }) => path).sort()).toEqual([
      'budget.maxUsd',
      'duration',
      'email',
    ]);
    expect(JSON.stringify(data)).not.toContain('secret-value');
  });

  it('is idempotent by the key of the client, and refuses the key with other terms', async () => {
    const mine = { modelId: 'openai-gpt4', email: 'grace@example.com', idempotencyKey: 'c2f1e0d9b8a7-once' };
    const first = await gateway.graphql(REQUEST, { input: mine });
    const second = await gateway.graphql(REQUEST, { input: mine });
    expect(second.data.requestKey.requestId).toBe(first.data.requestKey.requestId);
    const other = await gateway.graphql(REQUEST, { input: { ...mine, email: 'eve@example.com' } });
    expect(other.data.requestKey.__typename).toBe('IdempotencyKeyReusedError');
  });
});

describe('a key request with everything that came of it', () => {
  let gateway: Harness;
  let requestId: string;
  beforeAll(async () => {
    gateway = await startGateway();
    ({ requestId } = gateway.services.addDelivered());
  });
  afterAll(() => gateway.close());

  const everything = {
    requestId: expect.any(String),
    status: 'FULFILLED',
    evaluations: [
      {
        policyVersion: 3,
        outcome: 'APPROVED',
        verdicts: [
          { rule: 'whitelist', verdict: 'CONTINUE', reason: expect.any(String) },
          { rule: 'email', verdict: 'APPROVE', reason: expect.any(String) },
        ],
      },
    ],
    model: { title: 'OpenAI GPT-4', provider: { title: 'OpenAI' } },
    lease: { status: 'ISSUED', mask: 'sk-c…EDGE', keyRequest: { requestId: expect.any(String) } },
    deliveries: [{ status: 'SUCCEEDED', link: { state: 'UNOPENED' } }],
    history: { pageInfo: { hasNextPage: true } },
  };

  it('is composed of the services in one query, each asked once', async () => {
    gateway.services.asked.length = 0;
    const { data, errors } = await gateway.graphql(COMPOSED, { id: requestId }, basic());
    expect(errors).toEqual([]);
    expect(data.keyRequest).toMatchObject(everything);
    const counts = Object.groupBy(gateway.services.asked, ({ operation }) => operation);
    expect(Object.values(counts).map((calls) => calls?.length)).toEqual([1, 1, 1, 1]);
  });

  it('is shown to the holder of the claim code, every service asked in that name', async () => {
    gateway.services.asked.length = 0;
    const { data, errors } = await gateway.graphql(COMPOSED, { id: requestId, claimCode: CLAIM_CODE });
    expect(errors).toEqual([]);
    expect(data.keyRequest).toMatchObject(everything);
    const principals = gateway.services.asked
      .filter(({ operation }) => operation !== 'ProveClaim')
      .map(({ caller }) => caller.principal);
    expect(principals).toHaveLength(4);
    for (const principal of principals)
      expect(principal).toEqual({
        kind: 'user',
        id: 'ada@example.com',
        roles: ['member'],
        proof: 'claim-code',
        requestId,
      });
  });

  it('is not shown to a visitor, nor with a wrong code', async () => {
    const visitor = await gateway.graphql(COMPOSED, { id: requestId });
    expect(visitor.data).toEqual({ keyRequest: null });
    expect(visitor.errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
    const guess = await gateway.graphql(COMPOSED, { id: requestId, claimCode: 'AAAA-AAAA-AAAA' });
    expect(guess.data).toEqual({ keyRequest: null });
    expect(guess.errors[0]?.extensions['code']).toBe('WRONG_CODE');
  });

  it('answers the rest when one service fails, with the code of the fault at its field', async () => {
    const own = await startGateway();
    try {
      const view = own.services.addDelivered();
      own.services.fail(FindLeaseByRequest, new AppError('unavailable', 'The vault cannot be reached'));
      own.services.fail(GetKeyHistory, new Error('defect with a secret: hunter2'));
      const { status, data, errors } = await own.graphql(COMPOSED, { id: view.requestId }, basic());
      expect(status).toBe(200);
      expect(data.keyRequest).toMatchObject({ status: 'FULFILLED', lease: null, history: null, model: {} });
      expect(errors.map(({ path, extensions }) => [path?.join('.'), extensions['code']]).sort()).toEqual([
        ['keyRequest.history', 'INTERNAL'],
        ['keyRequest.lease', 'UNAVAILABLE'],
      ]);
      expect(errors.every(({ extensions }) => typeof extensions['correlationId'] === 'string')).toBe(true);
      expect(own.answered()).not.toContain('hunter2');
    } finally {
      await own.close();
    }
  });

  it('pages through its history by cursors', async () => {
    const query = /* GraphQL */ `
      query ($id: ID!, $after: String) {
        keyHistory(id: $id, first: 3, after: $after) {
          edges {
            cursor
            node {
              position
            }
          }
          pageInfo {
            hasNextPage
            hasPreviousPage
            endCursor
          }
        }
      }
    `;
    const positions: string[] = [];
    let after: string | null = null;
    let hasNextPage = true;
    while (hasNextPage) {
      const { data } = await gateway.graphql(query, { id: requestId, after }, basic());
      positions.push(...data.keyHistory.edges.map(({ node }: { node: { position: string } }) => node.position));
      expect(data.keyHistory.pageInfo.hasPreviousPage).toBe(after !== null);
      ({ hasNextPage, endCursor: after } = data.keyHistory.pageInfo);
    }
    expect(positions).toEqual(gateway.services.history.map(({ position }) => position));
    const { data: page } = await gateway.graphql(query, { id: requestId }, basic());
    const { data: middle } = await gateway.graphql(
      query,
      { id: requestId, after: page.keyHistory.edges[0].cursor },
      basic(),
    );
    expect(middle.keyHistory.edges[0].node.position).toBe(gateway.services.history[1]?.position);
  });
});
