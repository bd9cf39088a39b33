import type { GetTestRun, ListConnectionProviders, TestKey, TestSecret, TestSecrets } from '@keyledger/contracts-vault';
import type { InputOf, MessageContext, Operation, ReplyOf } from '@keyledger/messaging';
import { connectionProvidersQuery } from '../queries/connection-providers.query.ts';
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
  readonly listConnectionProviders: Answer<typeof ListConnectionProviders>;
}

export const connectionTestOperations = (
  deps: TestKeyDeps & TestSecretDeps & TestSecretsDeps & { readonly allowPrivate: readonly string[] },
): ConnectionTestOperations => {
  const testRun = testRunQuery(deps.eventStore);
  const listProviders = connectionProvidersQuery(deps.allowPrivate);
  return {
    testKey: testKeyHandler(deps),
    testSecret: testSecretHandler(deps),
    testSecrets: testSecretsHandler(deps),
    getTestRun: (input, { principal }) => testRun(input, principal),
    listConnectionProviders: async (_input, { principal }) => listProviders(principal),
  };
};
