import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createServer } from 'node:http';
import { listenOnLoopback } from '@keyledger/testing';
import { askPersistently, outcomeOf, wellEnded } from './load.ts';
import { mailTo, untilStatus } from './requester.ts';
import { startSystem, type System } from './system.ts';

jest.setTimeout(300_000);

type Behaviour = 'approve' | 'hang' | 'nonsense' | 'redirect';

/** A webhook on the loopback interface that behaves as each test wants. */
const startWebhook = async (): Promise<{
  url: string;
  behave(how: Behaviour): void;
  calls(): number;
  stop(): Promise<void>;
}> => {
  let behaviour: Behaviour = 'approve';
  let calls = 0;
  const server = createServer((_request, response) => {
    calls += 1;
    if (behaviour === 'hang') return;
    if (behaviour === 'redirect') {
      response.writeHead(307, { location: 'http://127.0.0.1:1/approve' }).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(behaviour === 'approve' ? '{"decision":"APPROVE"}' : '[{"decision":"APPROVE"}]');
  });
  const { url, stop } = await listenOnLoopback(server);
  return { url: `${url}/approve`, behave: (how) => (behaviour = how), calls: () => calls, stop };
};

const configuration = (webhook: string): string => `
models:
  - { id: llama-3.1-8b, title: Llama }
  - { id: mistral-7b, title: Mistral }
litellm: { enable_litellm_models: true }
approval: { queue_interval: 1s, webhook_timeout: 1s }
approval_plugins:
  - { name: whitelist, config: { list: ["llama-*"] } }
  - name: http
    onError: retry
    config: { endpoint: "${webhook}", allow_private: ["127.0.0.1"] }
`;

describe('faults of what stands outside', () => {
  let system: System;
  let webhook: Awaited<ReturnType<typeof startWebhook>>;
  let person = 0;

  beforeAll(async () => {
    webhook = await startWebhook();
    system = await startSystem({ configuration: configuration(webhook.url) });
  });

  afterEach(() => {
    system.litellm.faults.clear();
    system.mailbox.faults.clear();
    webhook.behave('approve');
  });

  afterAll(async () => {
    await webhook?.stop();
    await system?.stop();
  });

  const ask = (modelId?: string) => askPersistently(system, `outside-${(person += 1)}@example.com`, modelId);

  it.each(['error-500', 'error-500-after-commit', 'drop', 'drop-after-commit', 'nonsense'] as const)(
    'an issuer that answers with %s ends in one key',
    async (fault) => {
      system.litellm.faults.add({ do: fault, on: '/key/generate', times: 2 });
      const asked = await ask();
      expect(await outcomeOf(system, asked)).toEqual(wellEnded(asked));
    },
  );

  it('an issuer that created the key and never answered ends in one key', async () => {
    system.litellm.faults.add({ do: 'hang-after-commit', on: '/key/generate' });
    const asked = await ask();
    expect(await outcomeOf(system, asked)).toEqual(wellEnded(asked));
  });

  it('an issuer that refuses the alias fails the request, visibly, and a retry fulfils it', async () => {
    system.litellm.faults.add({ do: 'refuse-alias', on: '/key/generate', times: 1 });
    const asked = await ask();
    expect(await untilStatus(system, asked.requestId, 'FAILED', 'DENIED', 'FULFILLED')).toBe('FAILED');
    const { retryKeyRequest } = await system.gateway.graphql<{ retryKeyRequest: { __typename: string } }>(
      `mutation ($id: ID!) { retryKeyRequest(input: { requestId: $id }) { __typename ... on Error { message } } }`,
      { id: asked.requestId },
      system.gateway.administrator,
    );
    expect(retryKeyRequest).toEqual({ __typename: 'RetryKeyRequestSuccess' });
    expect(await outcomeOf(system, asked)).toEqual(wellEnded(asked));
  });

  it.each(['reject-4xx', 'refuse-connection', 'drop-after-data', 'drop-after-commit'] as const)(
    'a mail server with %s ends in one link',
    async (fault) => {
      system.mailbox.faults.add({ do: fault, times: 2 });
      const asked = await ask();
      expect(await outcomeOf(system, asked)).toEqual(wellEnded(asked));
    },
  );

  it('a mail server that refuses for good fails the request and never denies it', async () => {
    system.mailbox.faults.add({ do: 'reject-5xx' });
    const asked = await ask();
    expect(await untilStatus(system, asked.requestId, 'FAILED', 'DENIED', 'FULFILLED')).toBe('FAILED');
  });

  it.each(['hang', 'nonsense', 'redirect'] as const)(
    'a webhook with %s decides nothing; when it answers again the request goes on',
    async (behaviour) => {
      webhook.behave(behaviour);
      const calls = webhook.calls();
      const { requestId, email } = await ask('mistral-7b');
      await system.gateway.until(
        () => Promise.resolve(webhook.calls()),
        (now) => now > calls,
      );
      webhook.behave('approve');
      expect(await untilStatus(system, requestId, 'FULFILLED', 'DENIED', 'FAILED', 'IN_REVIEW')).toBe('FULFILLED');
      await mailTo(system, email, /claim/);
    },
  );
});
