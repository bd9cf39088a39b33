import { AppError } from '@keyledger/errors';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type CommandHandler, commandHandler, loadStream } from './command-handler.ts';
import type { EventStore, ExpectedRevision } from './event-store.port.ts';
import { streamName } from './event.ts';
import { deriveSequentialId, newId } from './ids.ts';
import {
  aContext,
  counter,
  type Counter,
  type CounterCommand,
  type CounterEvent,
  type CounterRefusal,
} from './testing/counter.examples.ts';
import { toArray } from './testing/event-store.examples.ts';
import { InMemoryEventStore } from './testing/in-memory-event-store.ts';

const open: CounterCommand = { type: 'Open', data: { limit: 100 } };
const count = (...by: number[]): CounterCommand => ({ type: 'Count', data: { by } });

/** An event store in which `before` happens between the read and the append of each command. */
class RacingEventStore extends InMemoryEventStore {
  readonly expected: ExpectedRevision[] = [];
  before: () => Promise<unknown> = () => Promise.resolve();

  override async append(...[stream, events, expected]: Parameters<EventStore['append']>) {
    this.expected.push(expected);
    await this.before();
    return super.append(stream, events, expected);
  }
}

describe('commandHandler', () => {
  let eventStore: RacingEventStore;
  let handle: CommandHandler<Counter, CounterCommand, CounterEvent, CounterRefusal>;
  let id: string;

  beforeEach(() => {
    eventStore = new RacingEventStore();
    handle = commandHandler(eventStore, counter);
    id = newId();
  });

  const stream = () => streamName('counter', id);
  const recorded = () => toArray(eventStore.readStream(stream()));

  /** Lets somebody else write to the stream before each of the next `times` appends. */
  const interfere = (times: number): void => {
    let left = times;
    eventStore.before = async () => {
      if (left === 0) return;
      left -= 1;
      const { before } = eventStore;
      eventStore.before = () => Promise.resolve();
      await handle(id, count(1), aContext());
      eventStore.expected.pop();
      eventStore.before = before;
    };
  };

  it('appends what was decided and returns events, state and position', async () => {
    const opened = await handle(id, open, aContext());
    expect(opened).toMatchObject({
      outcome: 'accepted',
      events: [{ type: 'Opened', data: { limit: 100 } }],
      state: { limit: 100, count: 0 },
    });
    const counted = await handle(id, count(2, 3), aContext());
    const events = await recorded();
    expect(counted).toMatchObject({ state: { count: 5 }, position: events.at(-1)?.position });
    expect(events.map(({ type }) => type)).toEqual(['Opened', 'Counted', 'Counted']);
  });

  it('states the revision that it has read, and no stream for a new one', async () => {
    await handle(id, open, aContext());
    await handle(id, count(1, 1), aContext());
    await handle(id, count(1), aContext());
    expect(eventStore.expected).toEqual(['no-stream', 0n, 2n]);
  });

  it('writes the context into the metadata and derives event ids from the command', async () => {
    await handle(id, open, aContext());
    const { commandId, ...metadata } = aContext();
    await handle(id, count(1, 2), { commandId, ...metadata });
    expect((await recorded()).slice(1)).toMatchObject(
      [0, 1].map((index) => ({ id: deriveSequentialId(commandId, stream(), index), metadata })),
    );
  });

  it('writes nothing for a command that is ignored or refused', async () => {
    expect(await handle(id, count(1), aContext())).toEqual({
      outcome: 'refused',
      code: 'not-open',
      state: { limit: undefined, count: 0 },
      expected: 'no-stream',
    });
    await handle(id, open, aContext());
    expect(await handle(id, open, aContext())).toMatchObject({ outcome: 'ignored', state: { limit: 100 } });
    expect(await recorded()).toHaveLength(1);
  });

  it('loads and decides anew when somebody else wrote in between', async () => {
    await handle(id, open, aContext());
    interfere(2);
    const counted = await handle(id, count(10), aContext());
    expect(counted).toMatchObject({ outcome: 'accepted', state: { count: 12 } });
    expect(eventStore.expected).toEqual(['no-stream', 0n, 1n, 2n]);
  });

  it('lets the second decision differ from the first', async () => {
    await handle(id, { type: 'Open', data: { limit: 5 } }, aContext());
    interfere(1);
    expect(await handle(id, count(5), aContext())).toMatchObject({ outcome: 'refused', code: 'limit-reached' });
  });

  it('goes on with a stream that was seen before, without loading it', async () => {
    const opened = await handle(id, open, aContext());
    eventStore.readStream = () => {
      throw new Error('The stream was loaded again');
    };
    const counted = await handle(id, count(2), aContext(), opened);
    expect(await handle(id, count(3), aContext(), counted)).toMatchObject({ state: { count: 5 }, expected: 2n });
  });

  it('loads and decides anew when what was seen before is out of date', async () => {
    const opened = await handle(id, { type: 'Open', data: { limit: 5 } }, aContext());
    await handle(id, count(4), aContext());
    expect(await handle(id, count(1), aContext(), opened)).toMatchObject({ outcome: 'accepted', state: { count: 5 } });
    expect(await handle(id, count(1), aContext(), opened)).toMatchObject({ outcome: 'refused', code: 'limit-reached' });
  });

  it('gives up with a revision conflict after eight attempts', async () => {
    await handle(id, open, aContext());
    interfere(Infinity);
    await expect(handle(id, count(50), aContext())).rejects.toMatchObject({ code: 'revision-conflict' });
    expect(eventStore.expected).toHaveLength(1 + 8);
  });

  it('passes other faults on at once', async () => {
    eventStore.before = () => Promise.reject(new AppError('unavailable', 'No answer'));
    await expect(handle(id, open, aContext())).rejects.toMatchObject({ code: 'unavailable' });
    expect(eventStore.expected).toHaveLength(1);
  });

  it('meets its own events when a command is repeated after its answer was lost', async () => {
    const context = aContext();
    await handle(id, open, context);
    expect(await handle(id, open, context)).toMatchObject({ outcome: 'ignored' });
    expect(await recorded()).toHaveLength(1);
  });

  it('writes once when the same command is handled twice at the same time', async () => {
    const context = aContext();
    const handled = await Promise.all([handle(id, open, context), handle(id, open, context)]);
    expect(handled.every(({ outcome }) => outcome === 'accepted' || outcome === 'ignored')).toBe(true);
    expect(await recorded()).toHaveLength(1);
  });

  it('loses no command of many at the same time', async () => {
    await handle(id, open, aContext());
    await Promise.all(Array.from({ length: 6 }, () => handle(id, count(1), aContext())));
    expect(await loadStream(eventStore, counter, id)).toEqual({ state: { limit: 100, count: 6 }, expected: 6n });
  });
});

describe('loadStream', () => {
  it('gives the initial state and no stream where nothing was written', async () => {
    expect(await loadStream(new InMemoryEventStore(), counter, newId())).toEqual({
      state: { limit: undefined, count: 0 },
      expected: 'no-stream',
    });
  });
});
