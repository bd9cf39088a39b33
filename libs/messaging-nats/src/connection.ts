import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@keyledger/errors';
import { connect, errors, type NatsConnection } from '@nats-io/transport-node';
import { exponentialDelay } from './back-off.ts';
import { noteLost, noteRestored } from './connection-state.ts';
import type { Logger } from './logger.ts';

export interface ConnectOptions {
  readonly servers: string | readonly string[];
  readonly user: string;
  readonly password: string;
  /** Shown by the server beside the connection. */
  readonly name: string;
  readonly logger?: Logger;
  /** Ends the wait for a server that is not there yet. */
  readonly signal?: AbortSignal;
}

/** A server that stopped answering is noticed after two of these. */
const PING_INTERVAL_MS = 5_000;

const firstConnectDelay = exponentialDelay({ firstMs: 100, maxMs: 2_000 });
const reconnectDelay = exponentialDelay({ firstMs: 250, maxMs: 250 });

/**
 * Connects and stays connected: waits for a server that is not there yet, and reconnects for as long as it takes. A
 * wrong password at the start is an error (`unauthenticated`), since waiting does not mend it. Replies arrive under
 * `_INBOX.<user>`, the only inbox that the user may read.
 */
export const connectNats = async (options: ConnectOptions): Promise<NatsConnection> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const connection = await open(options);
      void followStatus(connection, options.logger);
      return connection;
    } catch (error) {
      if (error instanceof errors.AuthorizationError)
        throw new AppError('unauthenticated', `NATS refuses the user ${options.user}: check its password`, {
          cause: error,
        });
      if (attempt === 1) options.logger?.warn({ err: error }, 'NATS cannot be reached yet, waiting for it');
      await delay(firstConnectDelay(attempt), undefined, options.signal ? { signal: options.signal } : {});
    }
  }
};

const open = ({ servers, user, password, name }: ConnectOptions): Promise<NatsConnection> =>
  connect({
    servers: typeof servers === 'string' ? servers : [...servers],
    user,
    pass: password,
    name,
    inboxPrefix: `_INBOX.${user}`,
    maxReconnectAttempts: -1,
    reconnectDelayHandler: () => reconnectDelay(1),
    ignoreAuthErrorAbort: true,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: 2,
    // Stack traces of asynchronous calls cost more than the calls.
    noAsyncTraces: true,
  });

const followStatus = async (connection: NatsConnection, logger: Logger | undefined): Promise<void> => {
  for await (const status of connection.status()) {
    switch (status.type) {
      case 'disconnect':
        noteLost(connection);
        logger?.warn({ server: status.server }, 'NATS connection lost');
        break;
      case 'reconnect':
        noteRestored(connection);
        logger?.info({ server: status.server }, 'NATS connection restored');
        break;
      case 'error':
        logger?.error({ err: status.error }, 'NATS refused something');
        break;
      default:
        break;
    }
  }
};
