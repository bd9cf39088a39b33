export { type CheckedOutClient, checkOutClient } from './checked-out-client.ts';
export { databaseFault, isConnectionTrouble, translated } from './database-fault.ts';
export { eventStorePool, type EventStorePoolOptions } from './event-store-pool.ts';
export type { HeldBack, OpenTransaction } from './held-back.ts';
export { openPostgresEventStore, PostgresEventStore, type PostgresEventStoreOptions } from './postgres-event-store.ts';
