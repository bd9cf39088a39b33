import { rmSync } from 'node:fs';
import { ADMIN_USER, natsAccounts, type NatsUser } from '@keyledger/infra-nats';
import { serviceNames } from '@keyledger/messaging';
import { freePort } from '../processes/free-port.ts';
import { temporaryDirectory } from '../processes/unprivileged.ts';
import { startNats } from './nats-server.ts';

export interface NatsCredentials {
  readonly user: string;
  readonly password: string;
}

export interface TestNats {
  readonly url: string;
  /** Of a service, or of `admin`, who may do everything. */
  credentials(user: NatsUser): NatsCredentials;
  stop(): Promise<void>;
}

/**
 * A real nats-server with JetStream and the product's users, for one spec alone: its streams have fixed names, so specs
 * cannot share a server. Ends with this process at the latest.
 */
export const testNats = async (): Promise<TestNats> => {
  const directory = temporaryDirectory();
  const passwordOf = (user: string) => `${user}-test`;
  const passwords = Object.fromEntries([ADMIN_USER, ...serviceNames].map((user) => [user, passwordOf(user)]));
  const server = await startNats({
    port: await freePort(),
    directory,
    accounts: natsAccounts(passwords),
    leftover: directory,
  });
  return {
    url: server.url,
    credentials: (user) => ({ user, password: passwordOf(user) }),
    stop: async () => {
      await server.process.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
