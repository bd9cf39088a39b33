import type { Principal } from '@keyledger/messaging';
import { type Snapshot, watchState } from '../../application/watch-state.ts';
import { builder, REMOTE } from '../../builder.ts';
import type { GatewayContext } from '../../context.ts';
import { uuidOf } from '../global-id.ts';
import { hasSessionEnded } from '../session-end.ts';
import { testRunSource, type TestRunSource } from '../sources.ts';
import { TestRunType } from './test-run.type.ts';

const snapshotOf = async (
  context: GatewayContext,
  principal: Principal,
  runId: string,
): Promise<Snapshot<TestRunSource> | undefined> => {
  if (await hasSessionEnded(context)) return undefined;
  const reader = context.readAs(principal);
  const view = await reader.testRun(runId);
  return view === null ? undefined : { source: testRunSource(view, reader), fingerprint: JSON.stringify(view) };
};

builder.subscriptionField('testRunUpdated', (t) =>
  t.field({
    type: TestRunType,
    complexity: REMOTE,
    description:
      'The run as it is now, then again with each result until it has come to its end. Ends at once when there is no such ' +
      'run or it may not be seen. After a break, subscribe again: the first message is the current state.',
    args: { id: t.arg.id({ required: true, description: 'Global id or UUID of the run.' }) },
    subscribe: async function* (_root, { id }, context) {
      const runId = uuidOf(id, 'TestRun');
      const principal = context.signedIn();
      const states = watchState({
        topic: runId,
        feed: context.eventFeed,
        times: context.watchTimes,
        stopping: context.stopping,
        load: () => snapshotOf(context, principal, runId),
      });
      for await (const state of states) {
        yield state;
        if (state.view.status === 'completed') return;
      }
    },
    resolve: (source) => source,
  }),
);
