import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { basic, type Harness, startGateway } from './gateway.harness.ts';

const codeOf = ({ errors }: { errors: readonly { extensions: Readonly<Record<string, unknown>> }[] }): unknown =>
  errors[0]?.extensions['code'];

describe('limits of an operation', () => {
  let gateway: Harness;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  const nested = (depth: number): string =>
    `{ keyRequest(id: "0199dddd-0000-7000-8000-000000000000") { ${'lease { keyRequest { '.repeat(depth)} status ${'} }'.repeat(depth)} } }`;

  it('bounds the depth', async () => {
    const deep = await gateway.graphql(nested(8), {}, basic());
    expect(deep.data).toBeUndefined();
    expect(deep.errors[0]?.message).toMatch(/depth/i);
    const shallow = await gateway.graphql(nested(2), {}, basic());
    expect(shallow.errors).toEqual([]);
  });

  it('bounds aliases', async () => {
    const many = Array.from({ length: 20 }, (_, index) => `a${index}: viewer { name }`).join(' ');
    const { data, errors } = await gateway.graphql(`{ ${many} }`);
    expect(data).toBeUndefined();
    expect(errors[0]?.message).toMatch(/alias/i);
  });

  it('bounds tokens', async () => {
    const { data, errors } = await gateway.graphql(`{ viewer { ${'name '.repeat(2000)} } }`);
    expect(data).toBeUndefined();
    expect(errors[0]?.message).toMatch(/token/i);
  });

  it('bounds directives', async () => {
    const { data, errors } = await gateway.graphql(`{ viewer { name ${'@include(if: true) '.repeat(30)} } }`);
    expect(data).toBeUndefined();
    expect(errors[0]?.message).toMatch(/directive/i);
  });

  it('bounds the cost of lists within lists, and lets one page of requests with all their parts pass', async () => {
    const query = (first: number, history: number): string => `{
      keyRequests(first: ${first}) { edges { node {
        requestId status email lease { mask } deliveries { status link { state } }
        history(first: ${history}) { edges { node { type position data } } }
      } } }
    }`;
    const dear = await gateway.graphql(query(100, 100), {}, basic());
    expect(codeOf(dear)).toBe('MALFORMED');
    expect(dear.errors[0]?.message).toMatch(/too expensive/);
    expect((await gateway.graphql(query(50, 10), {}, basic())).errors).toEqual([]);
  });

  it.each([0, -1, 101])('refuses a page of %d', async (first) => {
    const answer = await gateway.graphql(`{ models(first: ${first}) { edges { cursor } } }`);
    expect(answer.data).toEqual({ models: null });
    expect(codeOf(answer)).toBe('MALFORMED');
  });

  it.each([
    ['nothing', 'owner', ''],
    ['more than fits', 'owner', 'x'.repeat(400)],
    ['NUL', 'owner', 'a\0b'],
    ['no time', 'expiresBefore', 'x'],
    ['no such day', 'expiresBefore', '2026-13-45'],
    ['a year before all others', 'expiresBefore', '-000001-01-01T00:00:00Z'],
    ['a year of six digits', 'expiresBefore', '+275760-09-13T00:00:00.000Z'],
  ])('refuses a filter with %s as the mistake of whoever asks', async (_what, name, value) => {
    const query = 'query ($filter: LeaseFilter) { leases(filter: $filter) { edges { cursor } } }';
    const answer = await gateway.graphql(query, { filter: { [name]: value } }, basic());
    expect(codeOf(answer)).toBe('MALFORMED');
    expect(gateway.logged()).not.toContain('a resolver failed');
  });

  it('refuses a cursor that is none, and more than fifty nodes', async () => {
    expect(codeOf(await gateway.graphql('{ models(after: "nonsense") { edges { cursor } } }'))).toBe('MALFORMED');
    const ids = Array.from({ length: 51 }, () => 'TW9kZWw6eA');
    expect(codeOf(await gateway.graphql(`{ nodes(ids: ${JSON.stringify(ids)}) { id } }`))).toBe('MALFORMED');
  });

  it('does not suggest what a mistyped field might be', async () => {
    const { errors } = await gateway.graphql('{ viewr { name } }');
    expect(errors[0]?.message).not.toMatch(/did you mean/i);
  });

  it('bounds the size of a body, and does not repeat what it cannot read', async () => {
    const post = (body: string) =>
      gateway.fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const large = await post(JSON.stringify({ query: `{ viewer { name } } #${'x'.repeat(200_000)}` }));
    expect(large.status).toBe(413);
    const broken = await post('{"query": "{ viewer", password: "hunter2"}');
    expect(broken.status).toBe(400);
    expect(await broken.text()).not.toContain('hunter2');
    expect((await post('[{"query":"{ viewer { name } }"}]')).status).toBe(400);
  });
});

describe('what only development offers', () => {
  const page = { headers: { accept: 'text/html' } };

  it('shows GraphiQL and the schema', async () => {
    const gateway = await startGateway();
    try {
      const html = await gateway.fetch('/graphql', page);
      expect(html.headers.get('content-type')).toContain('text/html');
      expect(await html.text()).toMatch(/"method":"POST"/); // by GET a subscription is refused
      const { data } = await gateway.graphql(getIntrospectionQuery());
      expect(data.__schema.queryType.name).toBe('Query');
    } finally {
      await gateway.close();
    }
  });

  it('shows neither in production', async () => {
    const gateway = await startGateway({ NODE_ENV: 'production' });
    try {
      const html = await gateway.fetch('/graphql', page);
      expect(await html.text()).not.toContain('<script');
      const { data, errors } = await gateway.graphql('{ __schema { queryType { name } } }');
      expect(data).toBeUndefined();
      expect(errors[0]?.message).toMatch(/introspection/i);
      expect((await gateway.graphql('{ viewer { __typename } }')).errors).toEqual([]);
    } finally {
      await gateway.close();
    }
  });
});
