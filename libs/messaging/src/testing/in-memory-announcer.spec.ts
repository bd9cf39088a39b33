import { InMemoryEventStore } from '@keyledger/event-sourcing/testing';
import { announcerContract } from './announcer.contract.ts';
import { InMemoryAnnouncer } from './in-memory-announcer.ts';

announcerContract('in memory', (publication) => {
  const eventStore = new InMemoryEventStore();
  const announcer = new InMemoryAnnouncer(eventStore, publication);
  return Promise.resolve({
    announcer,
    eventStore,
    announced: () => Promise.resolve(announcer.announced),
    close: () => Promise.resolve(),
  });
});
