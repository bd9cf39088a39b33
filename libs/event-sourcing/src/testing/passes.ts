import type { EventFilter } from '../event-store.port.ts';
import { categoryOf, type RecordedEvent } from '../event.ts';

/** Whether a filter lets an event through; without one, everything passes. */
export const passes = (filter: EventFilter | undefined, event: RecordedEvent): boolean =>
  (filter?.categories?.includes(categoryOf(event.stream)) ?? true) && (filter?.types?.includes(event.type) ?? true);
