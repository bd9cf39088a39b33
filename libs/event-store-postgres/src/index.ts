export { checkOutClient } from './checked-out-client.ts';
export { databaseFault, isConnectionTrouble, translated } from './database-fault.ts';
export { eventStorePool } from './event-store-pool.ts';
export type { HeldBack } from './held-back.ts';
export { openPostgresEventStore, PostgresEventStore } from './postgres-event-store.ts';
