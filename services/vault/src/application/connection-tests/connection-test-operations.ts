import type { TestKey, TestSecret } from '@keyledger/contracts-vault';
import type { InputOf, MessageContext, Operation, ReplyOf } from '@keyledger/messaging';
import { testKeyHandler, type TestKeyDeps } from './test-key.handler.ts';
import { testSecretHandler, type TestSecretDeps } from './test-secret.handler.ts';

type Answer<O extends Operation> = (input: InputOf<O>, caller: MessageContext) => Promise<ReplyOf<O>>;

/** What the vault answers about whether keys work. */
export interface ConnectionTestOperations {
  readonly testKey: Answer<typeof TestKey>;
  readonly testSecret: Answer<typeof TestSecret>;
}

export const connectionTestOperations = (deps: TestKeyDeps & TestSecretDeps): ConnectionTestOperations => ({
  testKey: testKeyHandler(deps),
  testSecret: testSecretHandler(deps),
});
