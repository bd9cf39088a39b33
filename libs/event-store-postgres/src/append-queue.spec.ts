import { beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@keyledger/errors';
import { positionOf, type StreamName } from '@keyledger/event-sourcing';
import { AppendQueue } from './append-queue.ts';
import type { Append, AppendOutcome } from './append-statement.ts';

const append = (stream: string, events = 1): Append => ({
  stream: `lease-${stream}` as StreamName,
  events: Array.from({ length: events }, () => ({ id: stream, type: 'T', schemaVersion: 1, data: '', metadata: '' })),
  expected: 'no-stream',
});

const written = ({ stream }: Append): AppendOutcome => ({ revision: 0n, position: positionOf(stream) });

const names = (appends: readonly Append[]): string => appends.map(({ stream }) => stream.slice(6)).join('');

/** A database whose transactions end when the test says so. */
class Transactions {
  readonly begun: {
    appends: readonly Append[];
    end: (outcomes?: AppendOutcome[]) => void;
    fail: (error: Error) => void;
  }[] = [];

  readonly appendAll = (appends: readonly Append[]): Promise<AppendOutcome[]> =>
    new Promise((resolve, reject) => {
      this.begun.push({ appends, end: (outcomes = appends.map(written)) => resolve(outcomes), fail: reject });
    });

  get batches(): string[] {
    return this.begun.map(({ appends }) => names(appends));
  }
}

/** Lets everything run that does not wait for the test. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('AppendQueue', () => {
  let transactions: Transactions;
  let hints: number;

  beforeEach(() => {
    transactions = new Transactions();
    hints = 0;
  });

  const queueOf = (maxFlights: number, maxAppends: number): AppendQueue =>
    new AppendQueue({ appendAll: transactions.appendAll, onWritten: () => (hints += 1), maxFlights, maxAppends });

  it('sends a lone append at once', async () => {
    const result = queueOf(1, 100).add(append('a'));
    await settle();
    expect(transactions.batches).toEqual(['a']);
    transactions.begun[0]?.end();
    expect(await result).toEqual({ revision: 0n, position: 'lease-a' });
    expect(hints).toBe(1);
  });

  it('lets what arrives meanwhile share the next transaction', async () => {
    const queue = queueOf(1, 100);
    const results = [queue.add(append('a'))];
    await settle();
    results.push(...['b', 'c', 'd'].map((name) => queue.add(append(name))));
    await settle();
    expect(transactions.batches).toEqual(['a']);
    transactions.begun[0]?.end();
    await settle();
    expect(transactions.batches).toEqual(['a', 'bcd']);
    transactions.begun[1]?.end();
    expect((await Promise.all(results)).map(({ position }) => position.slice(6))).toEqual(['a', 'b', 'c', 'd']);
  });

  it('has no more transactions under way and no more appends in one than it may', async () => {
    const queue = queueOf(2, 3);
    for (const name of 'abcdefgh') queue.add(append(name)).catch(() => undefined);
    await settle();
    expect(transactions.batches).toEqual(['abc', 'def']);
    transactions.begun[1]?.end();
    await settle();
    expect(transactions.batches).toEqual(['abc', 'def', 'gh']);
  });

  it('spreads a burst over the transactions that are free, but not too thin', async () => {
    const burst = (count: number): Append[] => Array.from({ length: count }, (_, index) => append(String(index)));
    const wide = queueOf(3, 100);
    for (const one of burst(30)) wide.add(one).catch(() => undefined);
    await settle();
    expect(transactions.begun.map(({ appends }) => appends.length)).toEqual([10, 10, 10]);
    const narrow = queueOf(3, 100);
    for (const one of burst(12)) narrow.add(one).catch(() => undefined);
    await settle();
    expect(transactions.begun.slice(3).map(({ appends }) => appends.length)).toEqual([8, 4]);
  });

  it('never puts two appends to one stream into one transaction, and keeps their order', async () => {
    const queue = queueOf(1, 100);
    for (const name of 'aabab') queue.add(append(name)).catch(() => undefined);
    await settle();
    transactions.begun[0]?.end();
    await settle();
    transactions.begun[1]?.end();
    await settle();
    expect(transactions.batches).toEqual(['ab', 'ab', 'a']);
  });

  it('limits the events of a transaction, but not those of one append', async () => {
    const queue = queueOf(3, 100);
    for (const [name, events] of [
      ['a', 600],
      ['b', 600],
      ['c', 5000],
      ['d', 10],
    ] as const) {
      queue.add(append(name, events)).catch(() => undefined);
    }
    await settle();
    expect(transactions.batches).toEqual(['ad', 'b', 'c']);
  });

  it('gives each append its own outcome', async () => {
    const queue = queueOf(1, 100);
    const conflict = new AppError('revision-conflict', 'x');
    const results = ['a', 'b'].map((name) => queue.add(append(name)));
    await settle();
    transactions.begun[0]?.end([conflict, written(append('b'))]);
    await expect(results[0]).rejects.toBe(conflict);
    expect(await results[1]).toMatchObject({ position: 'lease-b' });
  });

  it('repeats the appends of a failed transaction one by one', async () => {
    const queue = queueOf(1, 100);
    const results = ['a', 'b', 'c'].map((name) => queue.add(append(name)));
    const outcomes = Promise.allSettled(results);
    await settle();
    transactions.begun[0]?.fail(Object.assign(new Error('not yours'), { code: '42501' }));
    await settle();
    transactions.begun[1]?.end();
    await settle();
    transactions.begun[2]?.fail(Object.assign(new Error('not yours'), { code: '42501' }));
    await settle();
    transactions.begun[3]?.end();
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(transactions.batches).toEqual(['abc', 'a', 'b', 'c']);
    await expect(results[1]).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('leaves the outcome open for all when the connection was lost, and repeats nothing', async () => {
    const queue = queueOf(1, 100);
    const results = ['a', 'b'].map((name) => queue.add(append(name)));
    const outcomes = Promise.allSettled(results);
    await settle();
    transactions.begun[0]?.fail(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    await outcomes;
    for (const result of results) await expect(result).rejects.toMatchObject({ code: 'unavailable' });
    expect(transactions.batches).toEqual(['ab']);
  });

  it('takes a second event with a known id for an overlap', async () => {
    const result = queueOf(1, 100).add(append('a', 2));
    const outcome = expect(result).rejects.toMatchObject({ code: 'append-overlap' });
    await settle();
    transactions.begun[0]?.fail(Object.assign(new Error('duplicate key'), { code: '23505' }));
    await outcome;
  });

  it('is drained when nothing is waiting or under way', async () => {
    const queue = queueOf(1, 1);
    await queue.drained();
    for (const name of 'ab') queue.add(append(name)).catch(() => undefined);
    let isDrained = false;
    const drained = queue.drained().then(() => (isDrained = true));
    await settle();
    transactions.begun[0]?.end();
    await settle();
    expect(isDrained).toBe(false);
    transactions.begun[1]?.end();
    await drained;
    expect(isDrained).toBe(true);
  });
});
