import type { EventMetadata, RecordedEvent, StreamName } from '@keyledger/event-sourcing';
import { toPosition } from './position.ts';

/**
 * The columns of a recorded event, from `event_store.events e`. Where a query orders by one of them it writes `e.tx` and
 * not `tx`: the bare name would mean the text in this list, and '10000' sorts before '9999'.
 */
export const EVENT_COLUMNS = `e.event_id as id, e.type, e.schema_version, e.data, e.metadata, e.stream,
  e.revision::text as revision, e.tx::text as tx, e.position::text as position,
  (e.recorded_at at time zone 'UTC')::text as recorded_at`;

export interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly schema_version: number;
  readonly data: unknown;
  readonly metadata: EventMetadata;
  readonly stream: StreamName;
  readonly revision: string;
  readonly tx: string;
  readonly position: string;
  readonly recorded_at: string;
}

export const toRecordedEvent = (row: EventRow): RecordedEvent => ({
  id: row.id,
  type: row.type,
  schemaVersion: row.schema_version,
  data: row.data,
  metadata: row.metadata,
  stream: row.stream,
  revision: BigInt(row.revision),
  position: toPosition(row),
  recordedAt: `${row.recorded_at.replace(' ', 'T')}Z`,
});
