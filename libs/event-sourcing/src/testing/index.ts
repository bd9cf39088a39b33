export { applyTo } from './apply-to.ts';
export { checkpointStoreContract } from './checkpoint-store.contract.ts';
export { eventStoreContract } from './event-store.contract.ts';
export {
  anEvent,
  anyStream,
  anyType,
  contractCategories,
  events,
  follow,
  idsOf,
  mark,
  toArray,
} from './event-store.examples.ts';
export { specify } from './given-when-then.ts';
export { InMemoryCheckpointStore, type InMemoryCheckpoints } from './in-memory-checkpoint-store.ts';
export { InMemoryEventStore } from './in-memory-event-store.ts';
export { storedEventsContract } from './stored-events.contract.ts';
