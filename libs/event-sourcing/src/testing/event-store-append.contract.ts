import { isAppError } from '@keyledger/errors';
import { describe, expect, it } from '@jest/globals';
import { type EventStore, type ExpectedRevision, WrongExpectedRevision } from '../event-store.port.ts';
import type { StreamName } from '../event.ts';
import { newId } from '../ids.ts';
import { anEvent, anyStream, events, idsOf, toArray } from './event-store.examples.ts';

const faultOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no fault',
    (error: unknown) => error,
  );

const expectConflict = async (
  promise: Promise<unknown>,
  stream: StreamName,
  expected: ExpectedRevision,
  actual: ExpectedRevision,
): Promise<void> => {
  const fault = await faultOf(promise);
  expect(fault).toBeInstanceOf(WrongExpectedRevision);
  expect(fault).toMatchObject({ code: 'revision-conflict', stream, expected, actual });
};

const expectOverlap = async (promise: Promise<unknown>): Promise<void> => {
  expect(isAppError(await faultOf(promise), 'append-overlap')).toBe(true);
};

export const expectedRevisionDemands = (store: () => EventStore): void => {
  describe('append with an expected revision', () => {
    it('begins a stream at revision 0 and returns the revision of the last event', async () => {
      const stream = anyStream();
      expect((await store().append(stream, events(1), 'no-stream')).revision).toBe(0n);
      expect((await store().append(stream, events(3), 0n)).revision).toBe(3n);
      const recorded = await toArray(store().readStream(stream));
      expect(recorded.map(({ revision }) => revision)).toEqual([0n, 1n, 2n, 3n]);
    });

    it('returns the position of the last event', async () => {
      const stream = anyStream();
      const { position } = await store().append(stream, events(3), 'no-stream');
      const recorded = await toArray(store().readStream(stream));
      expect(recorded.at(-1)?.position).toBe(position);
    });

    it('refuses to begin a stream that exists and says where it is', async () => {
      const stream = anyStream();
      await store().append(stream, events(2), 'no-stream');
      await expectConflict(store().append(stream, events(1), 'no-stream'), stream, 'no-stream', 1n);
    });

    it('refuses to continue a stream that does not exist', async () => {
      const stream = anyStream();
      await expectConflict(store().append(stream, events(1), 4n), stream, 4n, 'no-stream');
      expect(await toArray(store().readStream(stream))).toEqual([]);
    });

    it.each([0n, 1n, 3n, 7n])('refuses revision %s of a stream at 2', async (expected) => {
      const stream = anyStream();
      await store().append(stream, events(3), 'no-stream');
      await expectConflict(store().append(stream, events(1), expected), stream, expected, 2n);
    });

    it('writes nothing of a conflicting append of several events, not even those beyond the end', async () => {
      const stream = anyStream();
      const stored = events(3);
      await store().append(stream, stored, 'no-stream');
      await expectConflict(store().append(stream, events(5), 1n), stream, 1n, 2n);
      await expectConflict(store().append(stream, events(5), 4n), stream, 4n, 2n);
      expect(idsOf(await toArray(store().readStream(stream)))).toEqual(idsOf(stored));
      expect((await store().append(stream, events(1), 2n)).revision).toBe(3n);
    });

    it('refuses an append without events as malformed', async () => {
      expect(isAppError(await faultOf(store().append(anyStream(), [], 'no-stream')), 'malformed')).toBe(true);
    });

    it('lets exactly one of 16 concurrent writers win each revision', async () => {
      const stream = anyStream();
      for (const expected of ['no-stream', 0n, 1n] as const) {
        const faults = await Promise.all(
          Array.from({ length: 16 }, () => faultOf(store().append(stream, events(1), expected))),
        );
        expect(faults.filter((fault) => fault === 'no fault')).toHaveLength(1);
        expect(faults.filter((fault) => fault instanceof WrongExpectedRevision)).toHaveLength(15);
      }
      expect((await toArray(store().readStream(stream))).map(({ revision }) => revision)).toEqual([0n, 1n, 2n]);
    });

    it('keeps appends of several events to one stream apart when they race', async () => {
      const stream = anyStream();
      const appends = Array.from({ length: 16 }, () => events(4));
      const faults = await Promise.all(appends.map((list) => faultOf(store().append(stream, list, 'no-stream'))));
      const winner = appends[faults.indexOf('no fault')];
      expect(idsOf(await toArray(store().readStream(stream)))).toEqual(idsOf(winner ?? []));
    });

    it('serves appends to other streams although one beside them conflicts', async () => {
      const taken = anyStream();
      await store().append(taken, events(1), 'no-stream');
      const free = Array.from({ length: 8 }, () => anyStream());
      const [conflict, ...others] = await Promise.all(
        [taken, ...free].map((stream) => faultOf(store().append(stream, events(2), 'no-stream'))),
      );
      expect(conflict).toBeInstanceOf(WrongExpectedRevision);
      expect(others).toEqual(free.map(() => 'no fault'));
    });
  });
};

export const repeatedAppendDemands = (store: () => EventStore): void => {
  describe('a repeated append', () => {
    it('returns the first result and writes nothing', async () => {
      const stream = anyStream();
      const list = events(3);
      const first = await store().append(stream, list, 'no-stream');
      expect(await store().append(stream, list, 'no-stream')).toEqual(first);
      expect(await toArray(store().readStream(stream))).toHaveLength(3);
    });

    it('returns the first result after the stream has moved on', async () => {
      const stream = anyStream();
      const list = events(2);
      await store().append(stream, events(1), 'no-stream');
      const first = await store().append(stream, list, 0n);
      await store().append(stream, events(4), 2n);
      expect(await store().append(stream, list, 0n)).toEqual(first);
      expect(await toArray(store().readStream(stream))).toHaveLength(7);
    });

    it('is recognised when both are under way at once', async () => {
      const stream = anyStream();
      const list = events(2);
      const results = await Promise.all(Array.from({ length: 8 }, () => store().append(stream, list, 'no-stream')));
      expect(new Set(results.map(({ position }) => position)).size).toBe(1);
      expect(idsOf(await toArray(store().readStream(stream)))).toEqual(idsOf(list));
    });

    it('of only a part is an overlap', async () => {
      const stream = anyStream();
      const [a, b, c] = [anEvent(), anEvent(), anEvent()];
      await store().append(stream, [a, b], 'no-stream');
      await expectOverlap(store().append(stream, [a, b, c], 'no-stream'));
      await expectOverlap(store().append(stream, [b, c], 0n));
      await expectOverlap(store().append(stream, [a, c], 'no-stream'));
    });

    it('of the beginning of a longer append succeeds as the events stand there', async () => {
      const stream = anyStream();
      const [a, b] = [anEvent(), anEvent()];
      await store().append(stream, [a, b], 'no-stream');
      expect((await store().append(stream, [a], 'no-stream')).revision).toBe(0n);
    });

    it('in another order is an overlap', async () => {
      const stream = anyStream();
      const [a, b] = [anEvent(), anEvent()];
      await store().append(stream, [a, b], 'no-stream');
      await expectOverlap(store().append(stream, [b, a], 'no-stream'));
    });

    it('with the same ids and other data keeps what was written first', async () => {
      const stream = anyStream();
      const first = anEvent('Opened', { by: 'first' });
      await store().append(stream, [first], 'no-stream');
      await store().append(stream, [{ ...anEvent('Closed'), id: first.id }], 'no-stream');
      expect(await toArray(store().readStream(stream))).toMatchObject([{ type: 'Opened', data: { by: 'first' } }]);
    });
  });

  describe('an append', () => {
    it('keeps every field of the envelope', async () => {
      const stream = anyStream();
      const event = {
        ...anEvent('Opened', { deep: [1, 2.5, null, true, { text: 'ü 漢 😀 "q" \\ \n' }] }),
        id: newId(),
      };
      await store().append(stream, [event], 'no-stream');
      const [recorded] = await toArray(store().readStream(stream));
      expect(recorded).toMatchObject({ ...event, stream, revision: 0n });
      expect(recorded?.recordedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    });

    it.each([[null], ['text'], [42], [false], [[1, 'two']], [{}]])('keeps the JSON value %j as data', async (data) => {
      const stream = anyStream();
      await store().append(stream, [anEvent('Opened', data)], 'no-stream');
      expect((await toArray(store().readStream(stream)))[0]?.data).toEqual(data);
    });
  });
};
