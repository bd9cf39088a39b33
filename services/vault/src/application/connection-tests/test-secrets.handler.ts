import { TestSecrets } from '@keyledger/contracts-vault';
import { type Clock, commandHandler, deriveSequentialId, type EventStore } from '@keyledger/event-sourcing';
import { commandContextOf, type InputOf, type MessageContext, type ReplyOf, toActor } from '@keyledger/messaging';
import { hasProven, mayManage } from '../../domain/policies/custody.policy.ts';
import { testRun as runs } from '../../domain/test-run/test-run.decider.ts';
import { MOST_SECRETS } from '../../domain/test-run/test-run.messages.ts';
import { refusedWith } from '../commands/secret-refusals.ts';
import type { SecretSealer } from '../ports/secret-sealer.port.ts';
import type { SecretReader } from '../ports/secret-table.port.ts';
import type { TestRuns } from './test-run.runner.ts';
import { testRunView } from './test-run.query.ts';

export interface TestSecretsDeps {
  readonly eventStore: EventStore;
  readonly sealer: Pick<SecretSealer, 'assertUnsealed'>;
  readonly reader: SecretReader;
  readonly clock: Clock;
  readonly testRuns: Pick<TestRuns, 'begin'>;
}

type Input = InputOf<typeof TestSecrets>;

/** Starts a run and answers at once; whether each secret may be tested is decided when it is its turn. */
export const testSecretsHandler = ({ eventStore, sealer, reader, clock, testRuns }: TestSecretsDeps) => {
  const handle = commandHandler(eventStore, runs);

  /** Those of an owner that say where they belong; what cannot be tested is left out. */
  const testableOf = async (owner: string): Promise<readonly string[]> => {
    const found = await reader.page({ owner, isTestable: true }, MOST_SECRETS);
    return found.map(({ secretId }) => secretId);
  };

  return async ({ secretIds, owner, model }: Input, caller: MessageContext): Promise<ReplyOf<typeof TestSecrets>> => {
    sealer.assertUnsealed();
    const startedBy = toActor(caller.principal);
    const whose = owner ?? startedBy.id;
    if (!hasProven(startedBy) || !mayManage(startedBy, whose)) return refusedWith('not-permitted', TestSecrets);
    const chosen = secretIds ?? (await testableOf(whose));
    if (chosen.length === 0) return refusedWith('nothing-to-test', TestSecrets);
    const runId = deriveSequentialId(caller.messageId, 'test-run');
    const data = { runId, startedBy, secretIds: chosen, model, now: clock().toISOString() };
    // What follows from the run is told under its id.
    const context = { ...commandContextOf(caller, clock()), correlationId: runId };
    const { state } = await handle(runId, { type: 'StartTestRun', data }, context);
    testRuns.begin(runId);
    const result = testRunView(runId, state);
    if (result === undefined) throw new Error('A run that was just started is not there');
    return { outcome: 'accepted', result };
  };
};
