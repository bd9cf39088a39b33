import type { EventStore } from '@keyledger/event-sourcing';
import { openPostgresEventStore } from '@keyledger/event-store-postgres';

/** PostgreSQL for `postgres://…`, EventStoreDB for `esdb://…`. Each is the only log of the whole system. */
export const openEventStore = async (url: string): Promise<EventStore> => {
  if (/^postgres(ql)?:/.test(url)) return openPostgresEventStore(url);
  // Loaded only when it is used: the client costs a tenth of a second and 30 MB.
  const { openEventStoreDb } = await import('@keyledger/event-store-eventstoredb');
  return openEventStoreDb(url);
};
