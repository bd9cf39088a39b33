import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';

/**
 * Names the current connection to a server; `undefined` while there is none. The client forgets the server's greeting
 * when it begins to reconnect, in the same step in which it discards what it has not sent. So a message that is
 * published while the name is unchanged is sent on this connection or never.
 */
export const connectionGeneration = (connection: NatsConnection): string | undefined => {
  const { info } = connection;
  return info === undefined || connection.isClosed() ? undefined : `${info.server_id}/${info.client_id}`;
};

/** Connections whose loss was noticed and whose recovery has not begun. */
const lost = new WeakSet<NatsConnection>();

export const noteLost = (connection: NatsConnection): void => void lost.add(connection);

export const noteRestored = (connection: NatsConnection): void => void lost.delete(connection);

/** As far as is known: a server that just died is noticed when the socket closes. */
export const isConnected = (connection: NatsConnection): boolean =>
  !lost.has(connection) && connectionGeneration(connection) !== undefined;

const POLL_MS = 50;

/** Resolves when there is a connection, or when `signal` aborts; rejects when the connection was closed for good. */
export const connected = async (connection: NatsConnection, signal: AbortSignal): Promise<void> => {
  while (!isConnected(connection) && !signal.aborted) {
    if (connection.isClosed()) throw new Error('The connection to NATS was closed');
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
};
