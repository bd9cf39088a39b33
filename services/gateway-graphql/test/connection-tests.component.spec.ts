import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestKey } from '@keyledger/contracts-vault';
import { connectionProvidersExample, testedSecretExample } from '@keyledger/contracts-vault/testing';
import { AppError } from '@keyledger/errors';
import { randomUUID } from 'node:crypto';
import { FakeConnectionTests, works } from './fake-connection-tests.ts';
import { basic, type Harness, startGateway } from './gateway.harness.ts';

const CANARY = 'sk-canary-7e57c0ffee0d2c4b-KEYLEDGER';

const TEST_KEY = `mutation ($input: TestKeyInput!) {
  testKey(input: $input) {
    __typename
    ... on TestKeySuccess {
      test { outcome message providerMessage warning stage latencyMs retryAfterSeconds testedAt }
    }
    ... on InvalidInputError { issues { path } }
    ... on Error { code }
  }
}`;

const TEST_SECRET = `mutation ($input: TestSecretInput!) {
  testSecret(input: $input) {
    __typename
    ... on TestSecretSuccess {
      test { outcome }
      secret { connection { provider baseUrl } lastTest { version test { outcome latencyMs } } lastTriedAt }
    }
    ... on Error { code }
  }
}`;

describe('testing keys', () => {
  let gateway: Harness;
  let tests: FakeConnectionTests;

  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  beforeEach(async () => {
    tests = new FakeConnectionTests();
    await tests.answer(gateway.services.requestReply);
  });

  const run = async (query: string, input: object, headers: Record<string, string> = basic()) => {
    const { data, errors } = await gateway.graphql(query, { input }, headers);
    return { ...Object.values((data ?? {}) as Record<string, Record<string, unknown>>)[0], errors };
  };

  it('begins with a list of providers, for whoever is signed in', async () => {
    const query = `{ connectionProviders {
      name title isKeyRequired isBaseUrlRequired defaultBaseUrl baseUrlPattern allowsPrivateHosts offersChat
    } }`;
    const { data } = await gateway.graphql(query, {}, basic());
    expect(data.connectionProviders).toHaveLength(connectionProvidersExample.providers.length);
    expect(data.connectionProviders[0]).toEqual({
      defaultBaseUrl: null,
      ...connectionProvidersExample.providers[0],
    });
    const { errors } = await gateway.graphql(query, {}, {});
    expect(errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  });

  describe('that nobody keeps', () => {
    const input = { provider: 'openai', value: CANARY, model: 'gpt-4o-mini' };

    it('tells what the provider says', async () => {
      expect(await run(TEST_KEY, input)).toMatchObject({
        __typename: 'TestKeySuccess',
        test: {
          outcome: 'OK',
          message: 'OpenAI accepts the key',
          providerMessage: null,
          warning: null,
          stage: 'AUTHENTICATE',
          latencyMs: 120,
          retryAfterSeconds: null,
        },
      });
      expect(tests.values).toEqual([CANARY]);
    });

    it('is no error when the provider says no', async () => {
      tests.finds = { ...works, outcome: 'rate-limited', retryAfterSeconds: 5, providerMessage: 'Slow down' };
      expect(await run(TEST_KEY, input)).toMatchObject({
        test: { outcome: 'RATE_LIMITED', retryAfterSeconds: 5, providerMessage: 'Slow down' },
      });
    });

    it('hands on where the key belongs, and the key encrypted', async () => {
      await run(TEST_KEY, { ...input, baseUrl: 'https://proxy.example.com/v1' });
      expect(tests.received[0]?.input).toMatchObject({
        provider: 'openai',
        baseUrl: 'https://proxy.example.com/v1',
        model: 'gpt-4o-mini',
      });
      expect(JSON.stringify(tests.received)).not.toContain(CANARY);
    });

    it.each([
      [{ provider: 'nobody', value: CANARY }, 'provider-unknown'],
      [{ provider: 'bedrock', value: CANARY }, 'address-missing'],
      [{ provider: 'openai' }, 'value-empty'],
    ])('is refused with a type of its own: %#', async (wrong, code) => {
      expect(await run(TEST_KEY, wrong)).toMatchObject({ code });
    });

    it.each(['http://user:pass@host/v1', 'nonsense', 'https://host/v1?key=1'])(
      'does not ask for %s',
      async (baseUrl) => {
        const answer = await run(TEST_KEY, { ...input, baseUrl });
        expect(answer).toMatchObject({ __typename: 'InvalidInputError', issues: [{ path: 'baseUrl' }] });
        expect(tests.received).toEqual([]);
      },
    );

    it('waits its turn when too many are tested, and is told how long', async () => {
      gateway.services.fail(TestKey, new AppError('rate-limited', 'Too many keys', { retryAfterMs: 14_001 }));
      const query = TEST_KEY.replace('... on Error { code }', '... on RateLimitedError { code retryAfterSeconds }');
      expect(await run(query, input)).toMatchObject({ code: 'rate-limited', retryAfterSeconds: 15 });
    });

    it('is not for visitors', async () => {
      expect((await run(TEST_KEY, input, {})).errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
      expect(tests.received).toEqual([]);
    });
  });

  describe('that lie in the vault', () => {
    const secretId = testedSecretExample.secretId;

    it('tells what the provider says, beside what it said last', async () => {
      expect(await run(TEST_SECRET, { secretId, model: 'gpt-4o-mini' })).toMatchObject({
        __typename: 'TestSecretSuccess',
        test: { outcome: 'OK' },
        secret: {
          connection: { provider: 'openai', baseUrl: 'https://api.openai.com/v1' },
          lastTest: { version: 1, test: { outcome: 'RATE_LIMITED', latencyMs: 98 } },
          lastTriedAt: testedSecretExample.triedAt,
        },
      });
      expect(tests.received[0]?.input).toEqual({ secretId, model: 'gpt-4o-mini' });
    });

    it('is refused with a type of its own', async () => {
      expect(await run(TEST_SECRET, { secretId: randomUUID() })).toMatchObject({ __typename: 'SecretNotFoundError' });
      expect(await run(TEST_SECRET, { secretId, version: 7 })).toMatchObject({ __typename: 'ConnectionUnknownError' });
      expect(await run(TEST_SECRET, { secretId, version: 0 })).toMatchObject({ __typename: 'InvalidInputError' });
    });

    it('needs to know where they belong, which is said with the value', async () => {
      const SEAL = `mutation ($input: SealSecretInput!) { sealSecret(input: $input) { __typename } }`;
      const sealing = { label: 'x', value: CANARY, connection: { provider: 'openai', baseUrl: null } };
      expect(await run(SEAL, sealing)).toMatchObject({ __typename: 'SealSecretSuccess' });
      expect(tests.received[0]?.input).toMatchObject({ connection: { provider: 'openai' } });
      const unknown = { ...sealing, connection: { provider: 'nobody' } };
      expect(await run(SEAL, unknown)).toMatchObject({ __typename: 'ProviderUnknownError' });
    });

    it('moves to another address only with the value', async () => {
      const REPLACE = `mutation ($input: ReplaceSecretInput!) { replaceSecret(input: $input) { __typename } }`;
      const connection = { provider: 'openai', baseUrl: 'https://proxy.example.com/v1' };
      expect(await run(REPLACE, { secretId, connection })).toMatchObject({ __typename: 'ValueRequiredError' });
      const moved = await run(REPLACE, { secretId, connection, value: CANARY });
      expect(moved).toMatchObject({ __typename: 'ReplaceSecretSuccess' });
      expect(tests.received[1]?.input).toMatchObject({ connection });
    });
  });

  it('leaves a key in no log and in no answer', () => {
    expect(gateway.logged()).not.toContain(CANARY);
    expect(gateway.answered()).not.toContain(CANARY);
  });
});
