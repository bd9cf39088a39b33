import type { TestKey } from '@keyledger/contracts-vault';
import type { InputOf, MessageContext, Operation, ReplyOf } from '@keyledger/messaging';
import { testKeyHandler, type TestKeyDeps } from './test-key.handler.ts';

type Answer<O extends Operation> = (input: InputOf<O>, caller: MessageContext) => Promise<ReplyOf<O>>;

/** What the vault answers about whether keys work. */
export interface ConnectionTestOperations {
  readonly testKey: Answer<typeof TestKey>;
}

export const connectionTestOperations = (deps: TestKeyDeps): ConnectionTestOperations => ({
  testKey: testKeyHandler(deps),
});
