export { specify } from './given-when-then.ts';
export { InMemoryEventStore } from './in-memory-event-store.ts';
