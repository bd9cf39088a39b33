import { AppError } from '@keyledger/errors';
import { newId, streamIdOf, streamName } from '@keyledger/event-sourcing';
import { InMemoryCheckpointStore, InMemoryEventStore } from '@keyledger/event-sourcing/testing';
import { EVENTS_STREAM } from '@keyledger/messaging';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { relayName } from '../src/events/event-relay.ts';
import { ensureStreams, managerOf } from '../src/events/streams.ts';
import { anEvent, append, approvals, idsOf } from './approval.examples.ts';
import { NatsFixture } from './nats.fixture.ts';
import { published, withoutRepetitions } from './published.ts';
import { relayed, startRelay } from './running-relay.ts';
import { SeverableLink } from './severable.ts';
import { waitUntil } from './wait-until.ts';

jest.setTimeout(30_000);

describe('the relay from event store to JetStream', () => {
  let nats: NatsFixture;
  let admin: NatsConnection;
  let connection: NatsConnection;
  let eventStore: InMemoryEventStore;
  let checkpoints: InMemoryCheckpointStore;
  beforeEach(async () => {
    nats = await NatsFixture.start();
    [admin, connection] = [await nats.connect('admin'), await nats.connect('approval')];
    [eventStore, checkpoints] = [new InMemoryEventStore(), new InMemoryCheckpointStore()];
  });
  afterEach(async () => {
    await Promise.allSettled(relays.splice(0).map((relay) => relay.stop()));
    await nats.stop();
  });

  const relays: ReturnType<typeof startRelay>[] = [];
  const start = (more: Partial<Parameters<typeof startRelay>[0]> = {}) => {
    const relay = startRelay({ eventStore, checkpoints, connection, ...more });
    relays.push(relay);
    return relay;
  };
  /** As an operator may have made it. */
  const unprotected = { name: EVENTS_STREAM, subjects: ['keyledger.*.event.>'], allow_direct: true };
  const publishedIds = async (): Promise<string[]> => idsOf(await published(admin));

  it('publishes public events in order and keeps private ones', async () => {
    const [first, second, third] = approvals(3);
    const relay = start();
    await append(eventStore, [first!, anEvent('Private', { secret: 'ciphertext' }), second!]);
    await relayed(checkpoints, await append(eventStore, [third!, anEvent('Private', {})]));
    expect(await publishedIds()).toEqual(idsOf([first!, second!, third!]));
    await relay.stop();
  });

  it('publishes with the whole envelope', async () => {
    const relay = start();
    const event = approvals(1)[0]!;
    const stream = streamName('keyRequest', newId());
    const { position } = await eventStore.append(stream, [event], 'no-stream');
    await relayed(checkpoints, position);
    const { actor, ...metadata } = event.metadata;
    expect(await published(admin)).toEqual([
      {
        id: event.id,
        service: 'approval',
        category: 'keyRequest',
        streamId: streamIdOf(stream),
        type: 'KeyRequestApproved',
        version: 1,
        ...metadata,
        actor,
        position,
        data: event.data,
      },
    ]);
    await relay.stop();
  });

  it('publishes only fields that the definition declares', async () => {
    const relay = start();
    await relayed(checkpoints, await append(eventStore, [anEvent('Approved', { index: 1, secret: 'sk-x' })]));
    expect((await published(admin))[0]?.data).toEqual({ index: 1 });
    await relay.stop();
  });

  it('continues where it stopped, without doubles', async () => {
    const events = approvals(1_000);
    const relay = start();
    await append(eventStore, events.slice(0, 600));
    await waitUntil(async () => (await checkpoints.read(relayName('approval'))) !== undefined);
    await relay.stop();
    const successor = start();
    await relayed(checkpoints, await append(eventStore, events.slice(600)));
    expect(await publishedIds()).toEqual(idsOf(events));
    await successor.stop();
  });

  it('hands over to a replica that waits, and only one publishes at a time', async () => {
    const events = approvals(600);
    const [first, second] = [start(), start()];
    await append(eventStore, events.slice(0, 200));
    await checkpoints.seize(relayName('approval'));
    await append(eventStore, events.slice(200, 400));
    await first.stop();
    await relayed(checkpoints, await append(eventStore, events.slice(400)));
    expect(withoutRepetitions(await publishedIds())).toEqual(idsOf(events));
    await second.stop();
  });

  it('leaves its place to a replica that still reaches the server', async () => {
    const events = approvals(40);
    const link = await SeverableLink.to(nats.port);
    const first = start({ connection: await nats.connect('approval', undefined, link.port) });
    await relayed(checkpoints, await append(eventStore, events.slice(0, 20)));
    start();
    link.sever();
    await relayed(checkpoints, await append(eventStore, events.slice(20)));
    expect(await publishedIds()).toEqual(idsOf(events));
    expect(first.logger.lines.some(({ text }) => text.includes('left to another replica'))).toBe(true);
  });

  it('survives the death of the server under load, in order and without a gap', async () => {
    const events = approvals(3_000);
    const relay = start();
    const appending = append(eventStore, events);
    await waitUntil(async () => (await checkpoints.read(relayName('approval'))) !== undefined);
    for (let round = 0; round < 2; round += 1) {
      await nats.kill();
      await nats.restart();
      await relayed(checkpoints, await append(eventStore, [anEvent('Private', {})]));
    }
    await relayed(checkpoints, await appending);
    expect(withoutRepetitions(await publishedIds())).toEqual(idsOf(events));
    await relay.stop();
  });

  it('publishes everything again when the data of JetStream was deleted while the server was down', async () => {
    const events = approvals(50);
    const relay = start();
    await relayed(checkpoints, await append(eventStore, events));
    await nats.kill();
    nats.deleteJetStream();
    await nats.restart();
    const [last] = approvals(1);
    await relayed(checkpoints, await append(eventStore, [last!]));
    expect(await publishedIds()).toEqual(idsOf([...events, last!]));
    expect(relay.logger.lines.some(({ text }) => text.includes('began anew'))).toBe(true);
    await relay.stop();
  });

  it('publishes everything again when the data was deleted while the relay was down', async () => {
    const events = approvals(50);
    const relay = start();
    await relayed(checkpoints, await append(eventStore, events));
    await relay.stop();
    await nats.kill();
    nats.deleteJetStream();
    await nats.restart();
    const successor = start();
    await waitUntil(async () => (await publishedIds()).length === 50);
    expect(await publishedIds()).toEqual(idsOf(events));
    await successor.stop();
  });

  it('publishes everything again when somebody deleted the stream', async () => {
    const events = approvals(50);
    const relay = start();
    await relayed(checkpoints, await append(eventStore, events));
    await (await managerOf(admin)).streams.delete(EVENTS_STREAM);
    const more = approvals(300);
    await relayed(checkpoints, await append(eventStore, more));
    await waitUntil(async () => (await publishedIds()).length >= 350);
    expect(withoutRepetitions((await publishedIds()).reverse()).reverse()).toEqual(idsOf([...events, ...more]));
    await relay.stop();
  });

  it('publishes everything again when the stream was made anew behind its back', async () => {
    const events = approvals(20);
    start({ epochCheckMs: 100 });
    await relayed(checkpoints, await append(eventStore, events));
    await (await managerOf(admin)).streams.delete(EVENTS_STREAM);
    await ensureStreams(admin);
    await waitUntil(async () => (await publishedIds()).length === 20);
    expect(await publishedIds()).toEqual(idsOf(events));
  });

  it('publishes the end again when a crash took it from the stream', async () => {
    const events = approvals(20);
    const manager = await managerOf(admin);
    await manager.streams.add(unprotected);
    const relay = start();
    await relayed(checkpoints, await append(eventStore, events));
    await relay.stop();
    for (let seq = 16; seq <= 20; seq += 1) await manager.streams.deleteMessage(EVENTS_STREAM, seq);
    await nats.kill();
    await nats.restart();
    const successor = start();
    const [last] = approvals(1);
    await relayed(checkpoints, await append(eventStore, [last!]));
    expect(await publishedIds()).toEqual(idsOf([...events, last!]));
    await successor.stop();
  });

  it('publishes again what was taken from a stream that still knows the ids, however often', async () => {
    const events = approvals(20);
    const manager = await managerOf(admin);
    await manager.streams.add(unprotected);
    const first = start();
    const position = await append(eventStore, [...events, anEvent('Private', {})]);
    await relayed(checkpoints, position);
    await first.stop();
    for (let round = 0; round < 2; round += 1) {
      await manager.streams.purge(EVENTS_STREAM);
      const successor = start();
      await waitUntil(async () => (await publishedIds()).length >= 20);
      await relayed(checkpoints, position);
      await successor.stop();
      expect(await publishedIds()).toEqual(idsOf(events));
    }
    expect(first.logger.lines.some(({ text }) => text.includes('deny_purge'))).toBe(true);
  });

  it('keeps the order when JetStream refuses a publication for a while', async () => {
    const manager = await managerOf(admin);
    const config = (await ensureStreams(admin)).events.config;
    await manager.streams.update(EVENTS_STREAM, { ...config, max_msg_size: 2_000 });
    const [before, [small], after] = [approvals(20), approvals(1), approvals(40)];
    const large = { ...small!, metadata: { ...small!.metadata, correlationId: 'x'.repeat(3_000) } };
    const relay = start();
    const position = await append(eventStore, [...before, large, ...after]);
    await waitUntil(() => relay.logger.lines.some(({ level }) => level === 'warn'));
    await manager.streams.update(EVENTS_STREAM, { ...config, max_msg_size: -1 });
    await relayed(checkpoints, position);
    const lastOccurrences = withoutRepetitions((await publishedIds()).reverse()).reverse();
    expect(lastOccurrences).toEqual(idsOf([...before, large, ...after]));
    await relay.stop();
  });

  it('stops at an event that breaks its own contract and publishes nothing behind it', async () => {
    const [before, after] = approvals(2);
    const relay = start();
    await append(eventStore, [before!, anEvent('Approved', { index: 'sk-secret' }), after!]);
    await expect(relay.finished).rejects.toThrow(/cannot be published/);
    expect(await publishedIds()).toEqual([before!.id]);
    const [error] = relay.logger.lines.filter(({ level }) => level === 'error');
    expect(error?.text).toBe('Publishing events stopped');
    expect(String((error?.fields as { err: Error }).err.cause)).toMatch(/index \(invalid_type\)/);
  });

  it('stops at an event that is larger than a message may be', async () => {
    const [before, large] = approvals(2);
    const relay = start();
    const metadata = { ...large!.metadata, correlationId: 'x'.repeat(1_100_000) };
    await append(eventStore, [before!, { ...large!, metadata }]);
    await expect(relay.finished).rejects.toThrow(/larger than a message may be/);
    expect(await publishedIds()).toEqual([before!.id]);
  });

  it('waits for an event store and a checkpoint store that are down', async () => {
    let isDown = true;
    const whenUp = async <T>(work: () => Promise<T>): Promise<T> => {
      if (isDown) throw new AppError('unavailable', 'PostgreSQL is down');
      return work();
    };
    const events = approvals(10);
    const position = await append(eventStore, events);
    const relay = start({
      eventStore: Object.assign(Object.create(eventStore) as InMemoryEventStore, {
        subscribe: async function* (options: Parameters<InMemoryEventStore['subscribe']>[0]) {
          await whenUp(() => Promise.resolve());
          yield* eventStore.subscribe(options);
        },
      }),
      checkpoints: {
        read: (processor) => checkpoints.read(processor),
        hold: (processor, signal, work) =>
          checkpoints.hold(processor, signal, (held) =>
            work({ ...held, save: (checkpoint) => whenUp(() => held.save(checkpoint)) }),
          ),
      },
    });
    await waitUntil(() => relay.logger.lines.some(({ level }) => level === 'warn'));
    isDown = false;
    await relayed(checkpoints, position);
    isDown = true;
    const more = approvals(10);
    const last = await append(eventStore, more);
    await waitUntil(() => relay.logger.lines.filter(({ level }) => level === 'warn').length > 1);
    isDown = false;
    await relayed(checkpoints, last);
    expect(await publishedIds()).toEqual(idsOf([...events, ...more]));
    await relay.stop();
  });
});
