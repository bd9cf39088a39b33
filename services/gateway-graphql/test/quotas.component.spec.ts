import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { basic, type Harness, startGateway } from './gateway.harness.ts';

const REQUEST = /* GraphQL */ `
  mutation ($email: String!) {
    requestKey(input: { modelId: "openai-gpt4", email: $email }) {
      __typename
      ... on RateLimitedError {
        code
        message
        retryAfterSeconds
      }
    }
  }
`;

describe('visitors who ask for keys again and again', () => {
  let gateway: Harness;
  beforeAll(async () => {
    gateway = await startGateway({ REQUESTS_PER_CLIENT: '3/1h', TRUST_PROXY: '1' });
  });
  afterAll(() => gateway.close());

  const post = (client: string, email: string, headers: Record<string, string> = {}): Promise<Response> =>
    gateway.fetch('/api/request-key', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': client, ...headers },
      body: JSON.stringify({ llm: 'openai-gpt4', email }),
    });
  const mutate = (client: string, email: string) => gateway.graphql(REQUEST, { email }, { 'x-forwarded-for': client });
  const submissions = () => gateway.services.asked.filter(({ operation }) => operation === 'SubmitKeyRequest').length;

  it('are told to wait, over REST and GraphQL together, and nothing is submitted', async () => {
    expect((await post('192.0.2.1', 'a@example.com')).status).toBe(200);
    expect((await mutate('192.0.2.1', 'b@example.com')).data.requestKey.__typename).toBe('RequestKeySuccess');
    expect((await post('192.0.2.1', 'c@example.com')).status).toBe(200);
    const before = submissions();

    const rest = await post('192.0.2.1', 'd@example.com');
    expect(rest.status).toBe(429);
    expect(Number(rest.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await rest.json()).toMatchObject({ code: 'RATE_LIMITED', message: expect.stringContaining('wait') });

    const { status, data, errors } = await mutate('192.0.2.1', 'd@example.com');
    expect(status).toBe(200);
    expect(errors).toEqual([]);
    expect(data.requestKey).toEqual({
      __typename: 'RateLimitedError',
      code: 'rate-limited',
      message: expect.any(String),
      retryAfterSeconds: expect.any(Number),
    });
    expect(data.requestKey.retryAfterSeconds).toBeGreaterThan(0);
    expect(submissions()).toBe(before);
  });

  it('do not stand in the way of other clients, nor of the administrator', async () => {
    expect((await post('192.0.2.2', 'd@example.com')).status).toBe(200);
    for (const name of ['e', 'f', 'g', 'h'])
      expect((await post('192.0.2.1', `${name}@example.com`, basic())).status).toBe(200);
  });

  it('are noticed by the operator when a proxy hides their addresses', async () => {
    const open = await startGateway();
    try {
      for (const _time of [1, 2]) await open.fetch('/', { headers: { 'x-forwarded-for': '192.0.2.1' } });
      expect(open.logged().match(/TRUST_PROXY is 0/g)).toHaveLength(1);
    } finally {
      await open.close();
    }
  });
});
