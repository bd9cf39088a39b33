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
