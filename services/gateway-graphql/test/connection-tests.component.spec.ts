import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
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

    it('is not for visitors', async () => {
      expect((await run(TEST_KEY, input, {})).errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
      expect(tests.received).toEqual([]);
    });
  });

  it('leaves a key in no log and in no answer', () => {
    expect(gateway.logged()).not.toContain(CANARY);
    expect(gateway.answered()).not.toContain(CANARY);
  });
});
