import { describe, expect, it } from '@jest/globals';
import { type EventStore, type SubscriptionBatch, WrongExpectedRevision } from '../event-store.port.ts';
import type { NewEvent, RecordedEvent, StreamName } from '../event.ts';
import { anEvent, anyStream, anyType, events, follow, idsOf, mark, toArray } from './event-store.examples.ts';

const WRITERS = 16;
const APPENDS_PER_WRITER = 25;

/** Appends at the end of a stream that others write to as well. */
const appendAtEnd = async (store: EventStore, stream: StreamName, event: NewEvent): Promise<void> => {
  for (let expected: bigint | 'no-stream' = 'no-stream'; ;) {
    try {
      await store.append(stream, [event], expected);
      return;
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
      expected = error.actual;
    }
  }
};

/** Each writer has a stream of its own and shares one with all others. Returns the ids that were written. */
const writeConcurrently = async (store: EventStore, type: string): Promise<string[]> => {
  const shared = anyStream();
  const written: string[] = [];
  const writer = async (): Promise<void> => {
    const own = anyStream();
    for (let round = 0; round < APPENDS_PER_WRITER; round += 1) {
      const list = events(1 + (round % 3), type);
      written.push(...idsOf(list));
      if (round % 5 === 0) {
        for (const event of list) await appendAtEnd(store, shared, event);
      } else {
        const at = await toArray(store.readStream(own, { direction: 'backwards', limit: 1 }));
        await store.append(own, list, at[0]?.revision ?? 'no-stream');
      }
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  return written;
};

const expectWholeAndOrdered = (seen: readonly RecordedEvent[], written: readonly string[]): void => {
  expect(idsOf(seen).sort()).toEqual([...written].sort());
  const last = new Map<StreamName, bigint>();
  for (const [index, event] of seen.entries()) {
    const previous = seen[index - 1];
    if (previous !== undefined) expect(event.position > previous.position).toBe(true);
    expect(event.revision).toBe((last.get(event.stream) ?? -1n) + 1n);
    last.set(event.stream, event.revision);
  }
};

export const subscriptionDemands = (store: () => EventStore): void => {
  describe('subscribe', () => {
    it('catches up with what is there and says so', async () => {
      const type = anyType('Opened');
      const after = await mark(store());
      const list = events(5, type);
      await store().append(anyStream(), list, 'no-stream');
      const seen = await follow(store(), { after, filter: { types: [type] } }, (_, { isCaughtUp }) => isCaughtUp);
      expect(idsOf(seen)).toEqual(idsOf(list));
    });

    it('says that it has caught up when there is nothing to deliver', async () => {
      const after = await mark(store());
      const filter = { types: [anyType('Never')] };
      expect(await follow(store(), { after, filter }, (_, { isCaughtUp }) => isCaughtUp)).toEqual([]);
    });

    it('goes live: events written after it caught up arrive', async () => {
      const type = anyType('Opened');
      const after = await mark(store());
      const late = [anEvent(type), anEvent(type)];
      const appended: Promise<unknown>[] = [];
      const seen = await follow(store(), { after, filter: { types: [type] } }, (all, { isCaughtUp }) => {
        const next = late[appended.length];
        if (isCaughtUp && all.length === appended.length && next !== undefined) {
          appended.push(store().append(anyStream(), [next], 'no-stream'));
        }
        return all.length === late.length;
      });
      await Promise.all(appended);
      expect(idsOf(seen)).toEqual(idsOf(late));
    });

    it('loses, doubles and reorders nothing while 16 writers are at work', async () => {
      const type = anyType('Written');
      const after = await mark(store());
      let total = Infinity;
      const writing = writeConcurrently(store(), type).then(async (written) => {
        total = written.length;
        await store().append(anyStream(), [anEvent(type)], 'no-stream');
        return written;
      });
      const seen = await follow(store(), { after, filter: { types: [type] } }, (all) => all.length > total);
      expectWholeAndOrdered(seen.slice(0, -1), await writing);
      expectWholeAndOrdered(await toArray(store().readAll({ after, filter: { types: [type] } })), idsOf(seen));
    });

    it('delivers the same order to a subscription that begins in the middle of the writing', async () => {
      const type = anyType('Written');
      const after = await mark(store());
      const options = { after, filter: { types: [type] }, maxBatchSize: 7 };
      const writing = writeConcurrently(store(), type);
      const early = await follow(store(), options, (all) => all.length >= 50);
      const middle = early.at(-1)?.position;
      const written = await writing;
      const late = await follow(
        store(),
        { ...options, ...(middle === undefined ? {} : { after: middle }) },
        (all) => early.length + all.length >= written.length,
      );
      expectWholeAndOrdered([...early, ...late], written);
    });

    it('resumes behind each checkpoint that it gave', async () => {
      const type = anyType('Opened');
      const after = await mark(store());
      const list = events(7, type);
      await store().append(anyStream(), list, 'no-stream');
      const filter = { types: [type] };
      const batches: SubscriptionBatch[] = [];
      await follow(store(), { after, filter, maxBatchSize: 3 }, (all, batch) => {
        batches.push(batch);
        return all.length === list.length && batch.isCaughtUp;
      });
      let delivered = 0;
      for (const { events: batch, checkpoint } of batches) {
        delivered += batch.length;
        const rest = await follow(
          store(),
          { filter, ...(checkpoint === undefined ? { after } : { after: checkpoint }) },
          (_, { isCaughtUp }) => isCaughtUp,
        );
        expect(idsOf(rest)).toEqual(idsOf(list.slice(delivered)));
      }
    });

    // A store may report what a filter left out in strides; a hundred events are more than any stride.
    it('moves the checkpoint over events that the filter leaves out', async () => {
      const after = await mark(store());
      const { position } = await store().append(anyStream(), events(1, anyType('Other')), 'no-stream');
      await store().append(anyStream(), events(100, anyType('Other')), 'no-stream');
      const filter = { types: [anyType('Never')] };
      const seen = await follow(store(), { after, filter }, (_, { checkpoint = '' }) => checkpoint >= position);
      expect(seen).toEqual([]);
    });

    it('moves the checkpoint while live over events that the filter leaves out', async () => {
      const after = await mark(store());
      const filter = { types: [anyType('Never')] };
      let writing: Promise<void> | undefined;
      let goal = '~';
      const write = async (): Promise<void> => {
        goal = (await store().append(anyStream(), events(1), 'no-stream')).position;
        await store().append(anyStream(), events(100), 'no-stream');
      };
      await follow(store(), { after, filter }, (_, { checkpoint = '', isCaughtUp }) => {
        if (isCaughtUp) writing ??= write();
        return checkpoint >= goal;
      });
      await writing;
      expect(goal).not.toBe('~');
    });

    it('never gives a checkpoint behind an event that is still to come', async () => {
      const type = anyType('Written');
      const after = await mark(store());
      const writing = writeConcurrently(store(), type);
      let checkpoint: string = after;
      let count = 0;
      const written = writing.then(({ length }) => length);
      const total = { value: Infinity };
      const ending = written.then(async (length) => {
        total.value = length;
        await store().append(anyStream(), [anEvent(type)], 'no-stream');
      });
      await follow(store(), { after, filter: { types: [type] }, maxBatchSize: 10 }, (_, batch) => {
        for (const { position } of batch.events) expect(position > checkpoint).toBe(true);
        count += batch.events.length;
        checkpoint = batch.checkpoint ?? checkpoint;
        return count > total.value;
      });
      await ending;
      expect(count).toBe((await written) + 1);
    });
  });
};

export const subscriptionLifeDemands = (open: () => Promise<EventStore>, store: () => EventStore): void => {
  describe('a subscription', () => {
    it('keeps batches within the given size and waits for a slow consumer', async () => {
      const type = anyType('Opened');
      const after = await mark(store());
      const list = events(10, type);
      const stop = new AbortController();
      const seen: RecordedEvent[] = [];
      await store().append(anyStream(), list.slice(0, 4), 'no-stream');
      const options = { after, filter: { types: [type] }, maxBatchSize: 3, signal: stop.signal };
      for await (const batch of store().subscribe(options)) {
        expect(batch.events.length).toBeLessThanOrEqual(3);
        if (seen.length === 0 && batch.events.length > 0) await store().append(anyStream(), list.slice(4), 'no-stream');
        seen.push(...batch.events);
        if (seen.length === list.length) stop.abort();
      }
      expect(idsOf(seen)).toEqual(idsOf(list));
    });

    it('ends without an error when its signal aborts while it waits', async () => {
      const after = await mark(store());
      const stop = new AbortController();
      const options = { after, filter: { types: [anyType('Never')] }, signal: stop.signal };
      const batches = store().subscribe(options)[Symbol.asyncIterator]();
      for (let batch = await batches.next(); batch.value?.isCaughtUp !== true; batch = await batches.next());
      const waiting = batches.next();
      stop.abort();
      for (let batch = await waiting; batch.done !== true; batch = await batches.next());
      expect((await batches.next()).done).toBe(true);
    });

    it('delivers nothing when its signal is aborted from the start', async () => {
      expect(await toArray(store().subscribe({ signal: AbortSignal.abort() }))).toEqual([]);
    });

    it('may be left by the consumer', async () => {
      const type = anyType('Opened');
      const after = await mark(store());
      await store().append(anyStream(), events(3, type), 'no-stream');
      const { signal } = new AbortController();
      for await (const { events: batch } of store().subscribe({ after, filter: { types: [type] }, signal })) {
        if (batch.length > 0) break;
      }
      expect(await follow(store(), { after, filter: { types: [type] } }, (all) => all.length === 3)).toHaveLength(3);
    });

    it('ends when the store is closed', async () => {
      const other = await open();
      const after = await mark(other);
      const { signal } = new AbortController();
      let closed: Promise<void> | undefined;
      for await (const { isCaughtUp } of other.subscribe({ after, signal })) {
        if (isCaughtUp) closed ??= other.close();
      }
      await closed;
      expect(closed).toBeDefined();
    });
  });
};
