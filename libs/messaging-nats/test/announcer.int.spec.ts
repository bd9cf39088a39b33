import { InMemoryEventStore } from '@keyledger/event-sourcing/testing';
import { announcerContract } from '@keyledger/messaging/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@keyledger/event-sourcing';
import { EVENTS_STREAM } from '@keyledger/messaging';
import { natsAnnouncer } from '../src/events/nats-announcer.ts';
import { managerOf } from '../src/events/streams.ts';
import { anEvent, publication } from './approval.examples.ts';
import { NatsFixture } from './nats.fixture.ts';
import { published } from './published.ts';

let nats: NatsFixture;
beforeAll(async () => {
  nats = await NatsFixture.start();
});
afterAll(() => nats.stop());

announcerContract('NATS', async (publication) => {
  const [admin, connection] = [await nats.connect('admin'), await nats.connect('approval')];
  await (await managerOf(admin)).streams.delete(EVENTS_STREAM).catch(() => undefined);
  const eventStore = new InMemoryEventStore();
  return {
    announcer: natsAnnouncer({ eventStore, connection, publication }),
    eventStore,
    announced: () => published(admin),
    close: async () => {
      await Promise.all([admin.close(), connection.close()]);
    },
  };
});

describe('the announcer on NATS', () => {
  it('says that it cannot reach anybody', async () => {
    const connection = await nats.connect('approval');
    const eventStore = new InMemoryEventStore();
    const stream = `keyRequest-${newId()}` as const;
    await eventStore.append(stream, [anEvent('Approved', { index: 1 })], 'no-stream');
    await connection.close();
    const announcer = natsAnnouncer({ eventStore, connection, publication });
    await expect(announcer.announceAgain(stream, ['Approved'], newId())).rejects.toMatchObject({ code: 'unavailable' });
  });
});
