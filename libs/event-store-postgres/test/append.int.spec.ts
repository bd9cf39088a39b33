import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { isAppError } from '@keyledger/errors';
import { type EventStore, type NewEvent, type StreamName, WrongExpectedRevision } from '@keyledger/event-sourcing';
import { anEvent, anyStream, events, idsOf, toArray } from '@keyledger/event-sourcing/testing';
import fc from 'fast-check';
import { PostgresEventStore } from '../src/index.ts';
import { logDatabase, type LogDatabase } from './log-database.ts';

jest.setTimeout(60_000);

describe('appends to PostgreSQL', () => {
  let log: LogDatabase;
  let stores: EventStore[];

  beforeAll(async () => {
    log = await logDatabase();
    stores = Array.from({ length: 3 }, () => new PostgresEventStore({ pool: log.poolOf('vault') }));
  });

  afterAll(async () => {
    for (const store of stores) await store.close();
    await log.close();
  });

  const outcome = (store: EventStore | undefined, stream: StreamName, list: readonly NewEvent[]): Promise<string> =>
    store!.append(stream, list, 'no-stream').then(
      () => 'written',
      (error: unknown) => (isAppError(error) ? error.code : String(error)),
    );

  it('recognise an event that is stored in another stream', async () => {
    const [first] = stores;
    const event = anEvent();
    await outcome(first, anyStream(), [event]);
    expect(await outcome(first, anyStream(), [event])).toBe('append-overlap');
    const stream = anyStream();
    expect(await outcome(first, stream, [anEvent(), event])).toBe('append-overlap');
    expect(await toArray(first!.readStream(stream))).toEqual([]);
  });

  it('refuse the same event twice in one append', async () => {
    const event = anEvent();
    expect(await outcome(stores[0], anyStream(), [event, event])).toBe('append-overlap');
  });

  it('that share a transaction each succeed or fail alone', async () => {
    const [store] = stores;
    const known = anEvent();
    const taken = anyStream();
    await outcome(store, taken, [known]);
    const outcomes = await Promise.all([
      outcome(store, anyStream(), events(3)),
      outcome(store, taken, events(2)),
      outcome(store, taken, [known]),
      outcome(store, anyStream(), [anEvent(), known]),
      outcome(store, anyStream(), [{ ...anEvent(), data: '\0' }]),
      outcome(store, 'foreign-1', [anEvent()]),
      outcome(store, anyStream(), [anEvent()]),
    ]);
    expect(outcomes).toEqual([
      ...['written', 'revision-conflict', 'written', 'append-overlap'],
      ...['malformed', 'forbidden', 'written'],
    ]);
  });

  it('of several processes to the same streams neither lock each other out nor mix', async () => {
    for (let round = 0; round < 10; round += 1) {
      const streams = Array.from({ length: 40 }, () => anyStream());
      const tries = stores.map((store, index) => {
        const shuffled = index % 2 === 0 ? streams : [...streams].reverse();
        return Promise.all(
          shuffled.map(async (stream) => {
            const list = events(1 + ((round + index) % 3));
            return (await outcome(store, stream, list)) === 'written' ? { stream, ids: idsOf(list) } : undefined;
          }),
        );
      });
      const written = (await Promise.all(tries)).flat().filter((one) => one !== undefined);
      expect(written.map(({ stream }) => stream).sort()).toEqual([...streams].sort());
      for (const { stream, ids } of written) {
        expect(idsOf(await toArray(stores[0]!.readStream(stream)))).toEqual(ids);
      }
    }
  });

  it('keep one stream whole while many write to it at once', async () => {
    const stream = anyStream();
    const append = async (store: EventStore, list: NewEvent[]): Promise<void> => {
      for (let expected: bigint | 'no-stream' = 'no-stream'; ;) {
        try {
          return void (await store.append(stream, list, expected));
        } catch (error) {
          if (!(error instanceof WrongExpectedRevision)) throw error;
          expected = error.actual;
        }
      }
    };
    const lists = Array.from({ length: 36 }, (_, index) => events(1 + (index % 3)));
    await Promise.all(lists.map((list, index) => append(stores[index % stores.length]!, list)));
    const recorded = await toArray(stores[0]!.readStream(stream));
    expect(recorded.map(({ revision }) => Number(revision))).toEqual(recorded.map((_, index) => index));
    const ids = idsOf(recorded);
    for (const list of lists) {
      const at = ids.indexOf(list[0]!.id);
      expect(ids.slice(at, at + list.length)).toEqual(idsOf(list));
    }
  });

  it.each([1, 2])(
    'of %d events that several processes repeat at once are written once, with one result',
    async (size) => {
      for (let round = 0; round < 30; round += 1) {
        const stream = anyStream();
        const list = events(size);
        const tries = [...stores, ...stores].map((store) => store.append(stream, list, 'no-stream'));
        const positions = (await Promise.all(tries)).map(({ position }) => position);
        expect(new Set(positions).size).toBe(1);
        expect(idsOf(await toArray(stores[0]!.readStream(stream)))).toEqual(idsOf(list));
      }
    },
  );

  it('of the same event to other streams by several processes at once: one wins, the others are told of the overlap', async () => {
    for (let round = 0; round < 30; round += 1) {
      const event = anEvent();
      const streams = stores.map(() => anyStream());
      const outcomes = await Promise.all(stores.map((store, index) => outcome(store, streams[index]!, [event])));
      expect(outcomes.sort()).toEqual(['append-overlap', 'append-overlap', 'written']);
      const stored = await Promise.all(streams.map((stream) => toArray(stores[0]!.readStream(stream))));
      expect(stored.flat().map(({ id }) => id)).toEqual([event.id]);
    }
  });

  it('give back any JSON value as it was', async () => {
    const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0') && value.isWellFormed());
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 3 },
        fc.constant(null),
        fc.boolean(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
        text,
        fc.array(tie('json'), { maxLength: 4 }),
        fc.dictionary(text, tie('json'), { maxKeys: 4 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(fc.array(json, { minLength: 1, maxLength: 5 }), async (values) => {
        const stream = anyStream();
        await stores[0]!.append(
          stream,
          values.map((value) => anEvent('Any', value)),
          'no-stream',
        );
        const recorded = await toArray(stores[0]!.readStream(stream));
        expect(recorded.map(({ data }) => data)).toEqual(values);
      }),
      { numRuns: 150 },
    );
  });
});
