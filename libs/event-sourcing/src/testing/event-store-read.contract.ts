import { beforeAll, describe, expect, it } from '@jest/globals';
import type { EventStore } from '../event-store.port.ts';
import { categoryOf, type NewEvent, type Position, type StreamName } from '../event.ts';
import { anEvent, anyStream, anyType, events, idsOf, mark, ORDER, PARCEL, toArray } from './event-store.examples.ts';

export const readStreamDemands = (store: () => EventStore): void => {
  describe('readStream', () => {
    const stream = anyStream();
    const list = events(10);
    const revisions = async (options: Parameters<EventStore['readStream']>[1]): Promise<number[]> =>
      (await toArray(store().readStream(stream, options))).map(({ revision }) => Number(revision));

    beforeAll(async () => {
      await store().append(stream, list, 'no-stream');
    });

    it('returns nothing for a stream that does not exist', async () => {
      expect(await toArray(store().readStream(anyStream()))).toEqual([]);
    });

    it('returns the events of this stream in order', async () => {
      await store().append(`${stream}x`, events(2), 'no-stream');
      expect(idsOf(await toArray(store().readStream(stream)))).toEqual(idsOf(list));
    });

    it('begins forwards at the given revision', async () => {
      expect(await revisions({ from: 7n })).toEqual([7, 8, 9]);
      expect(await revisions({ from: 10n })).toEqual([]);
      expect(await revisions({ from: 2n ** 63n - 1n })).toEqual([]);
    });

    it('reads backwards from the end or from the given revision', async () => {
      expect(await revisions({ direction: 'backwards' })).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
      expect(await revisions({ direction: 'backwards', from: 2n })).toEqual([2, 1, 0]);
      expect(await revisions({ direction: 'backwards', from: 99n, limit: 2 })).toEqual([9, 8]);
    });

    it('stops at the limit', async () => {
      expect(await revisions({ limit: 3 })).toEqual([0, 1, 2]);
      expect(await revisions({ limit: 1, direction: 'backwards' })).toEqual([9]);
      expect(await revisions({ limit: 0 })).toEqual([]);
    });

    it('may be left before its end', async () => {
      for await (const event of store().readStream(stream)) {
        expect(event.revision).toBe(0n);
        break;
      }
      expect(await revisions({ limit: 1 })).toEqual([0]);
    });
  });
};

export const readStreamsDemands = (store: () => EventStore): void => {
  describe('readStreams', () => {
    const [first, second, missing] = [anyStream(), anyStream(PARCEL), anyStream()];
    const read = async (stretches: Parameters<EventStore['readStreams']>[0]): Promise<string[]> =>
      (await toArray(store().readStreams(stretches))).map(({ stream, revision }) => `${stream} ${revision}`);

    beforeAll(async () => {
      await store().append(first, events(3), 'no-stream');
      await store().append(second, events(2), 'no-stream');
      await store().append(first, events(1), 2n);
      await store().append(`${first}x`, events(1), 'no-stream');
    });

    it('returns the events of each stream together and in order, and no others', async () => {
      const seen = await read([
        { stream: second, from: 0n },
        { stream: missing, from: 0n },
        { stream: first, from: 0n },
      ]);
      expect(seen.filter((event) => event.startsWith(`${first} `))).toEqual([0, 1, 2, 3].map((at) => `${first} ${at}`));
      expect(seen.filter((event) => event.startsWith(`${second} `))).toEqual([0, 1].map((at) => `${second} ${at}`));
      expect(seen).toHaveLength(6);
      const streams = seen.map((event) => event.split(' ')[0]);
      expect(streams.filter((stream, index) => stream !== streams[index - 1])).toHaveLength(2);
    });

    it('begins in each stream at the given revision', async () => {
      const stretches = [
        { stream: first, from: 2n },
        { stream: second, from: 2n },
      ];
      expect(await read(stretches)).toEqual([2, 3].map((at) => `${first} ${at}`));
      expect(await read([{ stream: first, from: 2n ** 63n - 1n }])).toEqual([]);
      expect(await read([])).toEqual([]);
    });

    it('returns the events that reading the stream returns', async () => {
      const whole = await toArray(store().readStreams([{ stream: first, from: 0n }]));
      expect(whole).toEqual(await toArray(store().readStream(first)));
    });

    it('reads more than fits on a page, of several streams and of one', async () => {
      const [long, short] = [anyStream(), anyStream()];
      await store().append(long, events(700), 'no-stream');
      await store().append(short, events(10), 'no-stream');
      const seen = await read([short, long].map((stream) => ({ stream, from: 5n })));
      expect(seen.filter((event) => event.startsWith(`${long} `))).toEqual(
        Array.from({ length: 695 }, (_, index) => `${long} ${index + 5}`),
      );
      expect(seen).toHaveLength(700);
    });

    it('may be left before its end', async () => {
      for await (const event of store().readStreams([{ stream: first, from: 0n }])) {
        expect(event.revision).toBe(0n);
        break;
      }
      expect(await read([{ stream: first, from: 3n }])).toHaveLength(1);
    });
  });
};

export const readAllDemands = (store: () => EventStore): void => {
  describe('readAll', () => {
    const [opened, closed] = [anyType('Opened'), anyType('Closed')];
    const order = anyStream(ORDER);
    const parcel = anyStream(PARCEL);
    const written: [StreamName, NewEvent][] = [
      [order, anEvent(opened)],
      [parcel, anEvent(opened)],
      [order, anEvent(closed)],
      [parcel, anEvent(closed)],
    ];
    let start: Position;

    beforeAll(async () => {
      start = await mark(store());
      const at = new Map<StreamName, bigint>();
      for (const [stream, event] of written) {
        at.set(stream, (await store().append(stream, [event], at.get(stream) ?? 'no-stream')).revision);
      }
    });

    const idsWith = (matching: (stream: StreamName, event: NewEvent) => boolean): string[] =>
      written.filter(([stream, event]) => matching(stream, event)).map(([, { id }]) => id);

    it('returns events of all streams in the order in which they were written', async () => {
      const seen = await toArray(store().readAll({ after: start, filter: { types: [opened, closed] } }));
      expect(idsOf(seen)).toEqual(idsWith(() => true));
      expect(seen.map(({ position }) => position)).toEqual(seen.map(({ position }) => position).sort());
      expect(new Set(seen.map(({ position }) => position)).size).toBe(4);
    });

    it('reads from the beginning when no position is given', async () => {
      const seen = await toArray(store().readAll({ filter: { types: [opened] } }));
      expect(idsOf(seen)).toEqual(idsWith((_stream, { type }) => type === opened));
    });

    it('begins behind the position of any event', async () => {
      const all = await toArray(store().readAll({ after: start, filter: { types: [opened, closed] } }));
      for (const [index, { position }] of all.entries()) {
        const rest = await toArray(store().readAll({ after: position, filter: { types: [opened, closed] } }));
        expect(idsOf(rest)).toEqual(idsOf(all.slice(index + 1)));
      }
    });

    it('filters by category', async () => {
      const seen = await toArray(store().readAll({ after: start, filter: { categories: [PARCEL] } }));
      expect(seen.every(({ stream }) => categoryOf(stream) === PARCEL)).toBe(true);
      expect(idsOf(seen)).toEqual(expect.arrayContaining(idsWith((stream) => stream === parcel)));
    });

    it('filters by category and type together', async () => {
      const filter = { categories: [ORDER], types: [closed] };
      expect(idsOf(await toArray(store().readAll({ after: start, filter })))).toEqual(
        idsWith((stream, { type }) => stream === order && type === closed),
      );
    });

    it('takes several categories and types as alternatives', async () => {
      const filter = { categories: [ORDER, PARCEL], types: [opened, closed] };
      expect(idsOf(await toArray(store().readAll({ after: start, filter })))).toEqual(idsWith(() => true));
    });

    it('returns nothing for an empty list', async () => {
      expect(await toArray(store().readAll({ after: start, filter: { types: [] } }))).toEqual([]);
      expect(await toArray(store().readAll({ after: start, filter: { categories: [] } }))).toEqual([]);
    });

    it('sees an append as soon as it has resolved', async () => {
      for (let round = 0; round < 20; round += 1) {
        const after = await mark(store());
        const event = anEvent(opened);
        await store().append(anyStream(), [event], 'no-stream');
        expect(idsOf(await toArray(store().readAll({ after, filter: { types: [opened] } })))).toEqual([event.id]);
      }
    });
  });
};
