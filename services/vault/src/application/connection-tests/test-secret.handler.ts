import { TestSecret } from '@keyledger/contracts-vault';
import { type EventStore, loadStream } from '@keyledger/event-sourcing';
import { commandContextOf, type InputOf, type MessageContext, type ReplyOf, toActor } from '@keyledger/messaging';
import { mayManage } from '../../domain/policies/custody.policy.ts';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import { refusedWith } from '../commands/secret-refusals.ts';
import type { SecretSealer } from '../ports/secret-sealer.port.ts';
import { secretViews } from '../queries/secret.query.ts';
import type { RecordedTest } from './recorded-test.ts';

export interface TestSecretDeps {
  readonly eventStore: EventStore;
  readonly sealer: Pick<SecretSealer, 'assertUnsealed'>;
  readonly clock: () => Date;
  readonly testRecorded: RecordedTest;
}

/** A secret that somebody keeps. Who may not manage it does not learn that it is there. */
export const testSecretHandler = ({ eventStore, sealer, clock, testRecorded }: TestSecretDeps) => {
  const viewOf = secretViews(eventStore);

  return async (
    { secretId, version, model }: InputOf<typeof TestSecret>,
    caller: MessageContext,
  ): Promise<ReplyOf<typeof TestSecret>> => {
    sealer.assertUnsealed();
    const { state } = await loadStream(eventStore, secrets, secretId);
    if (state.status === 'absent' || !mayManage(toActor(caller.principal), state.owner))
      return refusedWith('secret-not-found', TestSecret);
    if (state.origin === 'issued') return refusedWith('secret-is-issued', TestSecret);
    const wanted = { secretId, version: version ?? state.current, model, deadlineAt: caller.deadlineAt };
    const answer = await testRecorded(state, wanted, commandContextOf(caller, clock()));
    if (answer.outcome === 'refused') return refusedWith(answer.code, TestSecret);
    const view = await viewOf(secretId);
    if (view === undefined) throw new Error('A secret that was just tested is not there');
    return { outcome: 'accepted', result: { view, test: answer.test } };
  };
};
