import {
  type ConnectionTest,
  GetSubmissionKey,
  GetTestRun,
  ListConnectionProviders,
  ReplaceSecret,
  SealSecret,
  submittedValueSchema,
  TestKey,
  TestSecret,
  TestSecrets,
  type TestRunView,
} from '@keyledger/contracts-vault';
import { connectionProvidersExample, secretViewExample, testedSecretExample } from '@keyledger/contracts-vault/testing';
import type { MessageContext } from '@keyledger/messaging';
import type { InMemoryRequestReply } from '@keyledger/messaging/testing';
import { compactDecrypt, exportJWK, generateKeyPair } from 'jose';

const NOW = '2026-11-21T08:00:00.000Z';

const accepted = <Result>(result: Result) => ({ outcome: 'accepted' as const, result });
const refused = <Code extends string>(code: Code) =>
  ({ outcome: 'refused' as const, code, message: `It was refused: ${code}` }) as const;

export const works: ConnectionTest = {
  outcome: 'ok',
  message: 'OpenAI accepts the key',
  stage: 'authenticate',
  latencyMs: 120,
  testedAt: NOW,
};

/** The vault as far as the gateway can tell when it tests keys. */
export class FakeConnectionTests {
  /** Values that were handed in, as the vault opened them. */
  readonly values: string[] = [];
  readonly received: { readonly input: unknown; readonly caller: MessageContext }[] = [];
  /** What the next tests find. */
  finds: ConnectionTest = works;

  run: TestRunView = {
    runId: '01930f70-0001-7c4e-9d5a-2f8f4f0f6d11',
    status: 'running',
    startedBy: 'root',
    total: 2,
    done: 0,
    results: [],
    startedAt: NOW,
  };

  /** The test of one secret more is finished. */
  finish(result: TestRunView['results'][number]): void {
    const results = [...this.run.results, result];
    const isLast = results.length === this.run.total;
    this.run = {
      ...this.run,
      results,
      done: results.length,
      ...(isLast ? { status: 'completed' as const, completedAt: NOW } : {}),
    };
  }

  async answer(requestReply: InMemoryRequestReply): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair('ECDH-ES');
    const { x = '', y = '' } = await exportJWK(publicKey);
    requestReply.handle(GetSubmissionKey, async () => ({
      submissionKeyId: '01930f5e-8200-7c4e-9d5a-2f8f4f0f6d11',
      publicKey: { kty: 'EC' as const, crv: 'P-256' as const, x, y },
    }));
    requestReply.handle(TestKey, async (input, caller) => {
      this.received.push({ input, caller });
      if (input.provider === 'nobody') return refused('provider-unknown');
      if (input.provider === 'bedrock' && input.baseUrl === undefined) return refused('address-missing');
      if (input.submission === undefined) return refused('value-empty');
      const { plaintext } = await compactDecrypt(input.submission, privateKey);
      const { value, submitter } = submittedValueSchema.parse(JSON.parse(new TextDecoder().decode(plaintext)));
      if (submitter !== caller.principal.id) return refused('submission-unreadable');
      this.values.push(value);
      return accepted(this.finds);
    });
    requestReply.handle(SealSecret, async (input, caller) => {
      this.received.push({ input, caller });
      return input.connection?.provider === 'nobody' ? refused('provider-unknown') : accepted(secretViewExample);
    });
    requestReply.handle(ReplaceSecret, async (input, caller) => {
      this.received.push({ input, caller });
      return input.submission === undefined ? refused('value-required') : accepted(secretViewExample);
    });
    requestReply.handle(TestSecrets, async (input, caller) => {
      this.received.push({ input, caller });
      return input.owner === 'nobody' ? refused('nothing-to-test') : accepted(this.run);
    });
    requestReply.handle(ListConnectionProviders, () => Promise.resolve(connectionProvidersExample));
    requestReply.handle(GetTestRun, async ({ runId }) => (runId === this.run.runId ? this.run : null));
    requestReply.handle(TestSecret, async (input, caller) => {
      this.received.push({ input, caller });
      if (input.secretId !== testedSecretExample.secretId) return refused('secret-not-found');
      return input.version === 7
        ? refused('connection-unknown')
        : accepted({ view: testedSecretExample, test: this.finds });
    });
  }
}
