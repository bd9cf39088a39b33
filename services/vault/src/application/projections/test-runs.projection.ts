import type { Projection } from '@keyledger/event-sourcing';
import { testRun } from '../../domain/test-run/test-run.decider.ts';
import { testRunCodec } from '../../domain/test-run/test-run.messages.ts';
import type { TestRunTable } from '../ports/test-run-table.port.ts';

/** Which runs are to be continued. */
export const testRunsProjection = <Tx>(table: TestRunTable<Tx>): Projection<Tx> => ({
  name: 'test_runs',
  filter: { categories: [testRun.category] },
  apply: async (recorded, tx) => {
    const { type, data } = testRunCodec.decode(recorded);
    if (type === 'TestRunStarted') await table.add(data.runId, data.startedAt, tx);
    if (type === 'TestRunCompleted') await table.remove(data.runId, tx);
  },
  reset: (tx) => table.clear(tx),
});
