import type { EventFilter } from './event-store.port.ts';
import type { RecordedEvent } from './event.ts';

/**
 * Builds a read model from events. `Tx` is the transaction in which rows and checkpoint move together; `apply` uses
 * nothing else, so that an event counts exactly once. `apply` meets every event that passes the filter in order of
 * position, and again from the first one after a rebuild.
 */
export interface Projection<Tx> {
  /** Unique within the service; names its checkpoint. */
  readonly name: string;
  readonly filter: EventFilter;
  apply(event: RecordedEvent, tx: Tx): Promise<void>;
  /** Empties the read model; the checkpoint is reset in the same transaction. */
  reset(tx: Tx): Promise<void>;
}
