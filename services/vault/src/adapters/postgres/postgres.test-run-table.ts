import { translated } from '@keyledger/event-store-postgres';
import type pg from 'pg';
import type { TestRunReader, TestRunTable } from '../../application/ports/test-run-table.port.ts';

export const postgresTestRunTable: TestRunTable<pg.ClientBase> = {
  add: async (runId, startedAt, tx) => {
    const text = 'insert into test_runs (run_id, started_at) values ($1, $2) on conflict (run_id) do nothing';
    await tx.query({ name: 'test-runs-add', text, values: [runId, startedAt] });
  },
  remove: async (runId, tx) => {
    await tx.query({ name: 'test-runs-remove', text: 'delete from test_runs where run_id = $1', values: [runId] });
  },
  clear: async (tx) => {
    await tx.query('delete from test_runs');
  },
};

export const postgresTestRunReader = (pool: pg.Pool): TestRunReader => ({
  unfinished: async (limit) => {
    const text = 'select run_id from test_runs order by started_at limit $1';
    const { rows } = await translated(pool.query<{ run_id: string }>(text, [limit]));
    return rows.map(({ run_id: runId }) => runId);
  },
});
