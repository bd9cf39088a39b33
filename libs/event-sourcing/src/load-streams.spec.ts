import { beforeEach, describe, expect, it } from '@jest/globals';
import { commandHandler, loadStream, loadStreams } from './command-handler.ts';
import type { EventStore } from './event-store.port.ts';
import { newId } from './ids.ts';
import { aContext, counter, type CounterCommand } from './testing/counter.examples.ts';
import { InMemoryEventStore } from './testing/in-memory-event-store.ts';

const open: CounterCommand = { type: 'Open', data: { limit: 100 } };
const count = (...by: number[]): CounterCommand => ({ type: 'Count', data: { by } });

/** Notes from where streams are read. */
class WatchedEventStore extends InMemoryEventStore {
  readonly readFrom: (bigint | undefined)[] = [];

  override readStream(...[stream, options]: Parameters<EventStore['readStream']>) {
    this.readFrom.push(options?.from);
    return super.readStream(stream, options);
  }
}

describe('a stream that was loaded before', () => {
  let eventStore: WatchedEventStore;
  let ids: readonly string[];

  const handle = (id: string, command: CounterCommand) => commandHandler(eventStore, counter)(id, command, aContext());

  beforeEach(async () => {
    eventStore = new WatchedEventStore();
    ids = [newId(), newId()];
    for (const id of ids) {
      await handle(id, open);
      await handle(id, count(1, 2));
    }
    eventStore.readFrom.length = 0;
  });

  it('is loaded again from where it was, and is what it would be from the beginning', async () => {
    const [id = ''] = ids;
    const known = await loadStream(eventStore, counter, id);
    await handle(id, count(3));
    eventStore.readFrom.length = 0;
    const again = await loadStream(eventStore, counter, id, known);
    expect(eventStore.readFrom).toEqual([3n]);
    expect(again).toEqual(await loadStream(eventStore, counter, id));
    expect(again).not.toEqual(known);
  });

  it('is loaded with others in one reading, each from where it was', async () => {
    const [first = '', second = ''] = ids;
    const missing = newId();
    const known = await loadStream(eventStore, counter, first);
    await handle(first, count(3));
    eventStore.readFrom.length = 0;
    const loaded = await loadStreams(
      eventStore,
      counter,
      new Map([
        [first, known],
        [second, undefined],
        [missing, undefined],
      ]),
    );
    expect(eventStore.readFrom).toEqual([3n, 0n, 0n]);
    for (const id of [first, second, missing])
      expect(loaded.get(id)).toEqual(await loadStream(eventStore, counter, id));
    expect(loaded.get(missing)?.expected).toBe('no-stream');
  });

  it('that others have written to since is a conflict for a handler that may try once', async () => {
    const [id = ''] = ids;
    const known = await loadStream(eventStore, counter, id);
    await handle(id, count(3));
    const once = commandHandler(eventStore, counter, 1);
    await expect(once(id, count(4), aContext(), known)).rejects.toMatchObject({ code: 'revision-conflict' });
    expect(await once(id, count(4), aContext(), await loadStream(eventStore, counter, id))).toMatchObject({
      outcome: 'accepted',
    });
  });
});
