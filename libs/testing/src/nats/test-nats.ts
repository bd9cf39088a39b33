import { rmSync } from 'node:fs';
import { ADMIN_USER, type NatsServerConfig, natsServerConfig, type NatsUser } from '@keyledger/infra-nats';
import { answeringServices, deskUserOf, serviceNames } from '@keyledger/messaging';
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

export interface TestNatsOptions {
  /** Every user may do everything: for specs of libs, whose messages are no part of the product. */
  readonly isOpen?: boolean;
}

/**
 * A real nats-server with JetStream and the product's users, for one spec alone: its streams have fixed names, so specs
 * cannot share a server. Ends with this process at the latest.
 */
export const testNats = async ({ isOpen = false }: TestNatsOptions = {}): Promise<TestNats> => {
  const directory = temporaryDirectory();
  const passwordOf = (user: string) => `${user}-test`;
  const passwords = Object.fromEntries([ADMIN_USER, ...serviceNames].map((user) => [user, passwordOf(user)]));
  const config = { users: passwords, port: await freePort(), storeDirectory: directory };
  const configuration = isOpen ? openServerConfig(config) : natsServerConfig(config);
  const server = await startNats({ port: config.port, directory, configuration, leftover: directory });
  return {
    url: server.url,
    credentials: (user) => ({ user, password: passwordOf(user) }),
    stop: async () => {
      await server.process.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

const openServerConfig = ({ users, port, storeDirectory }: NatsServerConfig): string => {
  const userText = (user: string, password = ''): string => `{ user: ${user}, password: "${password}" }`;
  const list = [
    ...Object.entries(users).map(([user, password]) => userText(user, password)),
    ...answeringServices.map((service) => userText(deskUserOf(service), users[service])),
  ];
  return `listen: "127.0.0.1:${port}"
jetstream { store_dir: "${storeDirectory}" }
authorization { users: [ ${list.join(', ')} ] }
`;
};
