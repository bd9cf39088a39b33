import type { TestRunReader, TestRunTable } from '../test-run-table.port.ts';

/** The read model in memory. Has no transactions. */
export class FakeTestRunTable implements TestRunTable<undefined>, TestRunReader {
  readonly rows = new Map<string, string>();

  async add(runId: string, startedAt: string): Promise<void> {
    this.rows.set(runId, startedAt);
  }

  async remove(runId: string): Promise<void> {
    this.rows.delete(runId);
  }

  async clear(): Promise<void> {
    this.rows.clear();
  }

  async unfinished(limit: number): Promise<readonly string[]> {
    return [...this.rows]
      .sort(([, a], [, b]) => (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([runId]) => runId);
  }
}
