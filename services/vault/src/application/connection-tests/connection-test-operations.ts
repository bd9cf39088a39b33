import type { GetTestRun, TestKey, TestSecret, TestSecrets } from '@keyledger/contracts-vault';
import type { InputOf, MessageContext, Operation, ReplyOf } from '@keyledger/messaging';
import { testKeyHandler, type TestKeyDeps } from './test-key.handler.ts';
import { testRunQuery } from './test-run.query.ts';
import { testSecretsHandler, type TestSecretsDeps } from './test-secrets.handler.ts';
import { testSecretHandler, type TestSecretDeps } from './test-secret.handler.ts';

type Answer<O extends Operation> = (input: InputOf<O>, caller: MessageContext) => Promise<ReplyOf<O>>;

/** What the vault answers about whether keys work. */
export interface ConnectionTestOperations {
  readonly testKey: Answer<typeof TestKey>;
  readonly testSecret: Answer<typeof TestSecret>;
  readonly testSecrets: Answer<typeof TestSecrets>;
  readonly getTestRun: Answer<typeof GetTestRun>;
}

export const connectionTestOperations = (
  deps: TestKeyDeps & TestSecretDeps & TestSecretsDeps,
): ConnectionTestOperations => {
  const testRun = testRunQuery(deps.eventStore);
  return {
    testKey: testKeyHandler(deps),
    testSecret: testSecretHandler(deps),
    testSecrets: testSecretsHandler(deps),
    getTestRun: (input, { principal }) => testRun(input, principal),
  };
};
