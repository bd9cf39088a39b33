import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { GetSubmissionKey, type SecretView } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { FakeSecrets, ROTATED } from './fake-secrets.ts';
import { basic, type Harness, startGateway } from './gateway.harness.ts';

const CANARY = 'sk-canary-c0ffee0d2c4b6a89-KEYLEDGER';

const SEAL = `mutation ($input: SealSecretInput!) {
  sealSecret(input: $input) {
    __typename
    ... on SealSecretSuccess { secret { id owner label version mask fingerprint origin status } }
    ... on InvalidInputError { issues { path message } }
    ... on Error { code message }
  }
}`;
const REPLACE = `mutation ($input: ReplaceSecretInput!) {
  replaceSecret(input: $input) {
    __typename ... on ReplaceSecretSuccess { secret { version label mask versions { version mask sealedAt } } }
    ... on Error { code }
  }
}`;
const RESTORE = `mutation ($input: RestoreSecretInput!) {
  restoreSecret(input: $input) { __typename ... on RestoreSecretSuccess { secret { version } } ... on Error { code } }
}`;
const SHRED = `mutation ($input: ShredSecretInput!) {
  shredSecret(input: $input) { __typename ... on ShredSecretSuccess { secret { status } } ... on Error { code } }
}`;
const REVEAL = `mutation ($input: RevealSecretInput!) {
  revealSecret(input: $input) { __typename ... on RevealSecretSuccess { plaintext mask version } ... on Error { code } }
}`;
const REVEAL_ALL = `mutation ($input: RevealSecretsInput!) {
  revealSecrets(input: $input) {
    __typename
    ... on RevealSecretsSuccess { secrets { id plaintext mask version code message } }
    ... on InvalidInputError { issues { path } }
    ... on Error { code }
  }
}`;
const ROTATE = `mutation {
  rotateSubmissionKey { __typename ... on RotateSubmissionKeySuccess { submissionKeyId } ... on Error { code } }
}`;
const LIST = `query ($filter: SecretFilter, $first: Int) {
  secrets(filter: $filter, first: $first) { edges { node { id owner mask needsReentry versions { unreadableSince } } } pageInfo { hasNextPage } }
}`;

describe('secrets that people keep', () => {
  let gateway: Harness;
  let secrets: FakeSecrets;
  let secretId: string;

  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  beforeEach(async () => {
    secrets = new FakeSecrets();
    await secrets.answer(gateway.services.requestReply);
    const input = { label: 'OpenAI', value: CANARY, owner: 'system' };
    secretId = (await gateway.graphql(SEAL, { input }, basic())).data.sealSecret.secret.id;
  });

  const run = async (query: string, input: object, headers: Record<string, string> = basic()) => {
    const { data, errors } = await gateway.graphql(query, { input }, headers);
    return { ...Object.values((data ?? {}) as Record<string, Record<string, unknown>>)[0], errors };
  };

  it('are handed in encrypted to the vault, in the name of whoever is signed in', async () => {
    const sealed = await run(SEAL, { label: 'Anthropic', value: CANARY });
    expect(sealed).toMatchObject({
      __typename: 'SealSecretSuccess',
      secret: { owner: 'root', label: 'Anthropic', version: 1, mask: 'sk-c...DGER', origin: 'SUBMITTED' },
    });
    expect([...secrets.values.values()]).toEqual([CANARY, CANARY]);
    expect(secrets.received.map(({ caller }) => caller.principal.id)).toEqual(
      Array.from({ length: secrets.received.length }, () => 'root'),
    );
  });

  it('are replaced, and kept where no value is given', async () => {
    expect(await run(REPLACE, { secretId, value: `${CANARY}-2` })).toMatchObject({
      secret: { version: 2, versions: [{ version: 1 }, { version: 2 }] },
    });
    expect(await run(REPLACE, { secretId, value: null, label: 'OpenAI, old' })).toMatchObject({
      secret: { version: 2, label: 'OpenAI, old' },
    });
    expect(await run(REPLACE, { secretId: randomUUID(), value: CANARY })).toMatchObject({
      __typename: 'SecretNotFoundError',
    });
  });

  it('are restored and shredded', async () => {
    expect(await run(RESTORE, { secretId, version: 1 })).toMatchObject({ secret: { version: 1 } });
    expect(await run(RESTORE, { secretId, version: 7 })).toMatchObject({ __typename: 'VersionNotFoundError' });
    expect(await run(SHRED, { secretId, scope: 'EXPIRED_VERSIONS' })).toMatchObject({
      __typename: 'ShredSecretSuccess',
    });
    expect(await run(SHRED, { secretId: randomUUID(), scope: 'WHOLE' })).toMatchObject({ code: 'secret-not-found' });
  });

  it.each<[string, unknown]>([
    ['a number', 1_234_567_890_123_456],
    ['a list', [CANARY]],
    ['a section', { value: CANARY }],
  ])('are not repeated when they come as %s', async (_what, value) => {
    const asVariable = await gateway.graphql(SEAL, { input: { label: 'x', value } }, basic());
    const inline = JSON.stringify(value).replace(/"(\w+)":/g, '$1:');
    const inText = await gateway.graphql(
      `mutation { sealSecret(input: { label: "x", value: ${inline} }) { __typename } }`,
      {},
      basic(),
    );
    for (const { errors } of [asVariable, inText]) {
      expect(errors[0]?.message).toBe('String cannot represent this value');
      expect(JSON.stringify(errors)).not.toMatch(/canary|1234567890/);
    }
  });

  it('are refused as masks and with quotes, each with its own type', async () => {
    expect(await run(SEAL, { label: 'x', value: '**********' })).toMatchObject({ __typename: 'ValueIsAMaskError' });
    expect(await run(SEAL, { label: 'x', value: `"${CANARY}"` })).toMatchObject({ __typename: 'ValueHasQuotesError' });
    expect(await run(SEAL, { label: '', value: CANARY })).toMatchObject({ __typename: 'InvalidInputError' });
    const long = await run(SEAL, { label: 'x', value: CANARY.repeat(1_000) });
    expect(long).toMatchObject({ __typename: 'InvalidInputError', issues: [{ path: 'value' }] });
  });

  it('are revealed once under a grant, to whoever breaks the glass, in an answer that nobody may store', async () => {
    const input = { secretId, grantId: randomUUID(), purpose: 'BREAK_GLASS', reason: 'The registry lost it' };
    const { data, headers } = await gateway.graphql(REVEAL, { input }, basic());
    expect(data.revealSecret).toEqual({
      __typename: 'RevealSecretSuccess',
      plaintext: CANARY,
      mask: 'sk-c...DGER',
      version: 1,
    });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(await run(REVEAL, input)).toMatchObject({ __typename: 'GrantUsedError' });
    const { reason: _reason, ...silent } = input;
    expect(await run(REVEAL, { ...silent, grantId: randomUUID() })).toMatchObject({ code: 'reason-missing' });
    expect(await run(REVEAL, { ...input, grantId: 'x' })).toMatchObject({ __typename: 'InvalidInputError' });
  });

  it('are revealed together, each with its value or with why it is not shown', async () => {
    const missing = randomUUID();
    const why = { purpose: 'BREAK_GLASS', reason: 'The registry lost them' };
    const input = { secrets: [{ secretId: missing }, { secretId, grantId: randomUUID() }], ...why };
    const { data, headers } = await gateway.graphql(REVEAL_ALL, { input }, basic());
    expect(headers.get('cache-control')).toBe('no-store');
    expect(data.revealSecrets.secrets).toMatchObject([
      { plaintext: null, mask: null, version: null, code: 'secret-not-found', message: expect.any(String) },
      { id: secretId, plaintext: CANARY, mask: 'sk-c...DGER', version: 1, code: null, message: null },
    ]);
    expect(secrets.received.at(-1)?.input).toMatchObject({ purpose: 'break-glass', reason: why.reason });
    const none = await run(REVEAL_ALL, { secrets: [{ secretId: missing }], ...why });
    expect(none).toMatchObject({ secrets: [{ plaintext: null, code: 'secret-not-found' }] });
    const many = Array.from({ length: 4 }, () => ({ secretId: randomUUID() }));
    expect(await run(REVEAL_ALL, { secrets: many, ...why })).toMatchObject({ __typename: 'BatchTooLargeError' });
    for (const wrong of [
      [],
      [{ secretId }, { secretId }],
      Array.from({ length: 101 }, () => ({ secretId: randomUUID() })),
    ])
      expect(await run(REVEAL_ALL, { secrets: wrong, ...why })).toMatchObject({ __typename: 'InvalidInputError' });
  });

  it('are not revealed by GET', async () => {
    const query = REVEAL.replaceAll(/\s+/g, ' ');
    const input = { secretId, grantId: randomUUID(), purpose: 'BREAK_GLASS', reason: 'The registry lost it' };
    const search = new URLSearchParams({ query, variables: JSON.stringify({ input }) }).toString();
    const headers = { ...basic(), 'x-graphql-yoga-csrf': '1' };
    const response = await gateway.fetch(`/graphql?${search}`, { headers });
    expect(response.status).toBe(405);
    expect(await response.text()).not.toContain(CANARY);
  });

  it('are listed and found by their global id, without a value', async () => {
    await run(SEAL, { label: 'Anthropic', value: CANARY });
    const { data } = await gateway.graphql(LIST, { filter: { owner: 'system' } }, basic());
    expect(data.secrets).toMatchObject({ edges: [{ node: { id: secretId } }], pageInfo: { hasNextPage: false } });
    const NODE = 'query ($id: ID!) { node(id: $id) { __typename ... on Secret { owner mask } } }';
    expect((await gateway.graphql(NODE, { id: secretId }, basic())).data).toEqual({
      node: { __typename: 'Secret', owner: 'system', mask: 'sk-c...DGER' },
    });
    expect(JSON.stringify(data)).not.toContain(CANARY);
  });

  it('say that they have to be entered anew, and can be found by that', async () => {
    const needing = async () =>
      (await gateway.graphql(LIST, { filter: { needsReentry: true } }, basic())).data.secrets.edges;
    expect(await needing()).toEqual([]);
    const [[id, view]] = [...secrets.views] as [[string, SecretView]];
    const unreadableSince = '2026-11-21T09:20:00.000Z';
    secrets.views.set(id, { ...view, unreadableSince, versions: [{ ...view.versions[0]!, unreadableSince }] });
    expect(await needing()).toMatchObject([{ node: { needsReentry: true, versions: [{ unreadableSince }] } }]);
    const { data } = await gateway.graphql(LIST, {}, basic());
    expect(data.secrets.edges).toHaveLength(secrets.views.size);
  });

  it('are handed in under another key after an administrator has replaced it, and nobody else', async () => {
    expect((await gateway.graphql(ROTATE, {}, basic())).data.rotateSubmissionKey).toEqual({
      __typename: 'RotateSubmissionKeySuccess',
      submissionKeyId: ROTATED,
    });
    expect((await gateway.graphql(ROTATE)).errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  });

  it('are not for visitors, and nothing is asked in their name', async () => {
    const before = secrets.received.length;
    const visitor = await gateway.graphql(SEAL, { input: { label: 'x', value: CANARY } });
    expect(visitor.errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
    expect((await gateway.graphql(LIST)).errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
    expect(secrets.received).toHaveLength(before);
  });

  it('stay in the hands of their owner while the vault is sealed', async () => {
    gateway.services.fail(GetSubmissionKey, new AppError('sealed', 'The vault is sealed'));
    const { errors } = await run(SEAL, { label: 'x', value: CANARY });
    expect(errors[0]?.extensions['code']).toBe('SEALED');
  });

  it('are in no message in plain, and in no log', () => {
    expect(JSON.stringify(secrets.received)).not.toContain(CANARY);
    expect(gateway.logged()).not.toContain(CANARY);
    expect(gateway.logged()).not.toContain(Buffer.from(CANARY).toString('base64').slice(4, -4));
  });

  it('are in the answers to reveals and in no others', () => {
    const showing = gateway
      .answered()
      .split('\n')
      .filter((answer) => answer.includes(CANARY));
    expect(showing).toHaveLength(2);
    expect(showing[0]).toContain('RevealSecretSuccess');
    expect(showing[1]).toContain('RevealSecretsSuccess');
  });
});
