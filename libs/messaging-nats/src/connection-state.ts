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

export const isConnected = (connection: NatsConnection): boolean => connectionGeneration(connection) !== undefined;
