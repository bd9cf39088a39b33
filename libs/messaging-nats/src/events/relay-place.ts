import { type Checkpoint, type Position, positionOf } from '@keyledger/event-sourcing';
import { EVENTS_STREAM, eventSubjectsOf, type ServiceName } from '@keyledger/messaging';
import type { StreamInfo } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { publishedUpTo } from './cloud-event.ts';
import { ensureStreams, epochOf, managerOf } from './streams.ts';

/** Where a relay begins, and with which identity of the stream. */
export interface RelayPlace {
  /** Everything behind it must be published. */
  readonly after: Position | undefined;
  readonly epoch: string;
  /**
   * Events up to here were published before, and what was public of them is no longer in the stream. The server may still
   * remember their ids and would drop them as doubles, so that they go out under other ids, made with `mark`.
   */
  readonly lost?: { readonly upTo: Position; readonly mark: string };
  /** The stream as it was found. */
  readonly stream: StreamInfo;
}

/**
 * The checkpoint, if the stream is the one that it was written for and still has what was published last; less when a
 * crash took the end of the stream, which reaches the disk every few minutes; the beginning in another stream.
 */
export const findRelayPlace = async (
  connection: NatsConnection,
  service: ServiceName,
  last: Checkpoint | undefined,
): Promise<RelayPlace> => {
  const { events: stream } = await ensureStreams(connection);
  const epoch = epochOf(stream);
  if (last?.epoch !== epoch) return { after: undefined, epoch, stream };
  const { position: upTo } = last;
  const after = await remembered(connection, service, upTo);
  if (after === upTo) return { after, epoch, stream };
  // The place in the stream tells this loss from an earlier one, after which the same events went out again.
  return { after, epoch, stream, lost: { upTo, mark: `after-${stream.state.last_seq}` } };
};

const remembered = async (
  connection: NatsConnection,
  service: ServiceName,
  position: Position,
): Promise<Position | undefined> => {
  const manager = await managerOf(connection);
  const newest = await manager.direct.getMessage(EVENTS_STREAM, { last_by_subj: eventSubjectsOf(service) });
  const stored = newest === null ? undefined : publishedUpTo(newest.header);
  if (stored === undefined) return undefined;
  return stored < position ? positionOf(stored) : position;
};
