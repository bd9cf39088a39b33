import { jsonEvent, type JSONRecordedEvent, type RecordedEvent as ServerEvent } from '@eventstore/db-client';
import { AppError } from '@keyledger/errors';
import type { EventMetadata, NewEvent, RecordedEvent, StreamName } from '@keyledger/event-sourcing';
import { encodePosition } from './positions.ts';

/** Our metadata with the schema version; the names with a dollar sign are those that the server's own tools know. */
interface StoredMetadata extends EventMetadata {
  readonly schemaVersion: number;
  readonly $correlationId: string;
  readonly $causationId: string;
}

type ServerJsonEvent = ReturnType<typeof jsonEvent>;

export const toServerEvent = ({ id, type, schemaVersion, data, metadata }: NewEvent): ServerJsonEvent => {
  const stored: StoredMetadata = {
    ...metadata,
    schemaVersion,
    $correlationId: metadata.correlationId,
    $causationId: metadata.causationId,
  };
  return jsonEvent({ id, type, data: data as never, metadata: stored as never });
};

/** Events that belong to the server itself (`$metadata`, statistics …). */
export const isSystemEvent = ({ streamId, type }: ServerEvent): boolean =>
  streamId.startsWith('$') || type.startsWith('$');

/** Throws `internal` for an event that this adapter did not write. */
export const toRecordedEvent = (event: ServerEvent): RecordedEvent => {
  const { id, type, data, streamId, revision, created, position, metadata } = event as JSONRecordedEvent;
  const stored = metadata as unknown as StoredMetadata | undefined;
  if (!event.isJson || stored?.schemaVersion === undefined || position === undefined) {
    throw new AppError('internal', `Event ${id} of stream ${streamId} was not written by Keyledger`);
  }
  const { schemaVersion, $correlationId: _correlation, $causationId: _causation, ...ours } = stored;
  return {
    id,
    type,
    schemaVersion,
    data,
    metadata: ours,
    stream: streamId as StreamName,
    revision,
    position: encodePosition(position),
    recordedAt: created.toISOString(),
  };
};
