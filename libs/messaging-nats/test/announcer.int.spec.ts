import { InMemoryCheckpointStore, InMemoryEventStore } from '@keyledger/event-sourcing/testing';
import { announcerContract } from '@keyledger/messaging/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId, streamName } from '@keyledger/event-sourcing';
import { EVENTS_STREAM } from '@keyledger/messaging';
import { natsAnnouncer } from '../src/events/nats-announcer.ts';
import { managerOf } from '../src/events/streams.ts';
import { anEvent, append, approvals, idsOf, publication } from './approval.examples.ts';
import { NatsFixture } from './nats.fixture.ts';
import { published } from './published.ts';
import { relayed, startRelay } from './running-relay.ts';

let nats: NatsFixture;
beforeAll(async () => {
  nats = await NatsFixture.start();
});
afterAll(() => nats.stop());

announcerContract('NATS', async (publication) => {
  const [admin, connection] = [await nats.connect('admin'), await nats.connect('approval')];
  await (await managerOf(admin)).streams.delete(EVENTS_STREAM).catch(() => undefined);
  const [eventStore, checkpoints] = [new InMemoryEventStore(), new InMemoryCheckpointStore()];
  return {
    announcer: natsAnnouncer({ eventStore, connection, publication, checkpoints, service: 'approval' }),
    eventStore,
    announced: () => published(admin),
    close: async () => {
      await Promise.all([admin.close(), connection.close()]);
    },
  };
});

describe('the announcer on NATS', () => {
  it('tells nothing of how far the relay has come: a relay that comes after it goes on where the last one stopped', async () => {
    const [admin, connection] = [await nats.connect('admin'), await nats.connect('approval')];
    await managerOf(admin).then(({ streams }) => streams.delete(EVENTS_STREAM).catch(() => undefined));
    const [eventStore, checkpoints] = [new InMemoryEventStore(), new InMemoryCheckpointStore()];
    const announcer = natsAnnouncer({ eventStore, connection, publication, checkpoints, service: 'approval' });
    const events = approvals(4);
    const stream = streamName('keyRequest', newId());
    await eventStore.append(stream, [events[0]!], 'no-stream');
    const relay = startRelay({ eventStore, checkpoints, connection });
    await relayed(checkpoints, await append(eventStore, events.slice(1, 3)));
    await relay.stop();
    await announcer.announceAgain(stream, ['Approved'], newId());
    const successor = startRelay({ eventStore, checkpoints, connection });
    await relayed(checkpoints, await append(eventStore, events.slice(3)));
    await successor.stop();
    const [first, ...others] = idsOf(events);
    expect(idsOf(await published(admin))).toEqual([first, ...others.slice(0, 2), first, ...others.slice(2)]);
  });

  it('says that it cannot reach anybody', async () => {
    const connection = await nats.connect('approval');
    const [eventStore, checkpoints] = [new InMemoryEventStore(), new InMemoryCheckpointStore()];
    const stream = `keyRequest-${newId()}` as const;
    await eventStore.append(stream, [anEvent('Approved', { index: 1 })], 'no-stream');
    await connection.close();
    const announcer = natsAnnouncer({ eventStore, connection, publication, checkpoints, service: 'approval' });
    await expect(announcer.announceAgain(stream, ['Approved'], newId())).rejects.toMatchObject({ code: 'unavailable' });
  });
});
