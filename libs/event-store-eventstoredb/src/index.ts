export { EventStoreDbEventStore } from './eventstoredb.event-store.ts';
export { openEventStoreDb } from './open-event-store-db.ts';
