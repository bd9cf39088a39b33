import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import pg from 'pg';
import type { Probe } from './liveness.ts';

/** Any answer will do, also that it recovers from a crash or has no room for one more connection. */
export const postgresProbe =
  (connectionString: string): Probe =>
  async (deadlineMs) => {
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: deadlineMs, query_timeout: deadlineMs });
    client.on('error', () => undefined); // a connection that breaks later is told by the next question
    try {
      await client.connect();
      await client.query('select 1');
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
    } finally {
      void client.end().catch(() => undefined);
    }
  };

/**
 * By a request to JetStream on a connection of its own: after a full disk nats-server still greets whoever connects,
 * while every request to JetStream waits for ever, also when there is room again.
 */
export const jetStreamProbe =
  (port: number, login: { readonly user: string; readonly pass: string }): Probe =>
  async (timeout) => {
    const connection = await connect({ ...login, servers: `127.0.0.1:${port}`, timeout, reconnect: false });
    try {
      await (await jetstreamManager(connection, { timeout, checkAPI: false })).getAccountInfo();
    } finally {
      void connection.close().catch(() => undefined);
    }
  };
