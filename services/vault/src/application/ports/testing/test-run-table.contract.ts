import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { TestRunReader, TestRunTable } from '../test-run-table.port.ts';

export interface TestRunTableSubject<Tx> {
  readonly table: TestRunTable<Tx>;
  readonly reader: TestRunReader;
  /** Runs `work` in a transaction that is committed when it resolves. */
  inTransaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** What every `TestRunTable` with its `TestRunReader` promises. `open` gives an empty one. */
export const testRunTableContract = <Tx>(name: string, open: () => Promise<TestRunTableSubject<Tx>>): void => {
  describe(`test run table contract: ${name}`, () => {
    let subject: TestRunTableSubject<Tx>;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    const [first, second] = [randomUUID(), randomUUID()];
    const add = (runId: string, startedAt: string): Promise<void> =>
      subject.inTransaction((tx) => subject.table.add(runId, startedAt, tx));

    it('lists what is not finished, oldest first, as many as are asked for', async () => {
      await add(second, '2026-11-21T08:00:02.000Z');
      await add(first, '2026-11-21T08:00:01.000Z');
      await add(first, '2026-11-21T08:00:01.000Z');
      expect(await subject.reader.unfinished(10)).toEqual([first, second]);
      expect(await subject.reader.unfinished(1)).toEqual([first]);
    });

    it('forgets what is finished', async () => {
      await add(first, '2026-11-21T08:00:01.000Z');
      await subject.inTransaction((tx) => subject.table.remove(first, tx));
      await subject.inTransaction((tx) => subject.table.remove(second, tx));
      expect(await subject.reader.unfinished(10)).toEqual([]);
    });

    it('can be emptied', async () => {
      await add(first, '2026-11-21T08:00:01.000Z');
      await subject.inTransaction((tx) => subject.table.clear(tx));
      expect(await subject.reader.unfinished(10)).toEqual([]);
    });
  });
};
