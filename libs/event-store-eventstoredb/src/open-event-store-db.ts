import { EventStoreDBClient } from '@eventstore/db-client';
import { EventStoreDbEventStore } from './eventstoredb.event-store.ts';

/**
 * Opens the log behind a connection string (`esdb://user:password@host:2113?tls=true`, `esdb+discover://…`). Connects
 * on first use. A process may load this client or KurrentDB's own, never both: they register the same protobuf globals.
 */
export const openEventStoreDb = (url: string): EventStoreDbEventStore =>
  new EventStoreDbEventStore(EventStoreDBClient.connectionString(url));
