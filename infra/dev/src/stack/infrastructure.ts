import { ADMIN_USER, natsServerConfig } from '@keyledger/infra-nats';
import { natsServerBinary, startNats, startPostgres } from '@keyledger/testing';
import type { DataDirectory } from './data-directory.ts';
import { adminUrl } from './databases.ts';
import type { Tell } from './events.ts';
import type { Pace } from './liveness.ts';
import type { Ports } from './ports.ts';
import { jetStreamProbe, postgresProbe } from './probes.ts';
import type { StackSecrets } from './secrets.ts';
import { protectStreamsOf } from './protected-streams.ts';
import { type Launcher, SupervisedPart } from './supervised-part.ts';

/** What all services stand on. */
export interface Infrastructure {
  readonly postgres: SupervisedPart;
  readonly nats: SupervisedPart;
}

export interface InfrastructureOptions {
  readonly data: DataDirectory;
  readonly ports: Ports;
  readonly secrets: StackSecrets;
  readonly isDurable: boolean;
  readonly pace: Pace | undefined;
}

const GRACE_MS = 2_300;
/** Only the owner reads the file in which they stand. */
const HARMLESS = 'Plaintext passwords detected';

export const infrastructure = (options: InfrastructureOptions, tell: Tell): Infrastructure => {
  const { ports, secrets, pace } = options;
  const postgres: Launcher = {
    name: 'postgres',
    launch: postgresLauncher(options, tell),
    probe: postgresProbe(adminUrl(ports.postgres, secrets, 'postgres')),
  };
  const nats: Launcher = {
    name: 'nats',
    launch: () => launchNats(options, tell),
    probe: jetStreamProbe(ports.nats, { user: ADMIN_USER, pass: secrets.natsPasswords[ADMIN_USER].value }),
  };
  return { postgres: new SupervisedPart(postgres, tell, pace), nats: new SupervisedPart(nats, tell, pace) };
};

const postgresLauncher = ({ data, ports, secrets, isDurable }: InfrastructureOptions, tell: Tell) => {
  let isFirst = true;
  return async () => {
    const server = await startPostgres({
      mayInitialise: isFirst, // a database that vanishes while we run must not become an empty one
      port: ports.postgres,
      dataDirectory: data.postgres,
      password: secrets.postgresAdmin.value,
      isDurable,
      graceMs: GRACE_MS,
      onLine: (line) => tell({ kind: 'line', part: 'postgres', line }),
    });
    isFirst = false;
    return server.process;
  };
};

const launchNats = async ({ data, ports, secrets }: InfrastructureOptions, tell: Tell) => {
  await natsServerBinary((message) => tell({ kind: 'progress', message }));
  const server = await startNats({
    port: ports.nats,
    directory: data.nats,
    configuration: natsServerConfig({
      users: Object.fromEntries(Object.entries(secrets.natsPasswords).map(([user, { value }]) => [user, value])),
      port: ports.nats,
      storeDirectory: data.nats,
    }),
    graceMs: GRACE_MS,
    onLine: (line) => {
      if (!line.includes(HARMLESS)) tell({ kind: 'line', part: 'nats', line });
    },
  });
  await protectStreamsOf(server, secrets, tell);
  return server.process;
};
