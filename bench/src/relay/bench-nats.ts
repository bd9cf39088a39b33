import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ADMIN_USER, natsServerConfig, type NatsUser } from '@keyledger/infra-nats';
import { connectNats } from '@keyledger/messaging-nats';
import { serviceNames } from '@keyledger/messaging';
import { freePort, startNats } from '@keyledger/testing';
import type { NatsConnection } from '@nats-io/transport-node';

export interface BenchNats {
  connect(user: NatsUser): Promise<NatsConnection>;
  close(): Promise<void>;
}

/** A server of its own with the product's users; JetStream writes to files. */
export const benchNats = async (): Promise<BenchNats> => {
  const directory = mkdtempSync(path.join(tmpdir(), 'keyledger-bench-nats-'));
  const port = await freePort();
  const users = Object.fromEntries([ADMIN_USER, ...serviceNames].map((user) => [user, 'bench']));
  const configuration = natsServerConfig({ users, port, storeDirectory: directory });
  const server = await startNats({ port, directory, configuration, leftover: directory });
  const connections: NatsConnection[] = [];
  return {
    connect: async (user) => {
      const connection = await connectNats({ servers: server.url, user, password: 'bench', name: 'bench' });
      connections.push(connection);
      return connection;
    },
    close: async () => {
      await Promise.all(connections.map((connection) => connection.close()));
      await server.process.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
