import { natsServerConfig } from '@keyledger/infra-nats';
import { natsServerBinary, startNats, startPostgres } from '@keyledger/testing';
import type { DataDirectory } from './data-directory.ts';
import type { Tell } from './events.ts';
import type { Ports } from './ports.ts';
import type { StackSecrets } from './secrets.ts';
import { protectStreamsOf } from './protected-streams.ts';
import { SupervisedPart } from './supervised-part.ts';

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
}

const GRACE_MS = 2_300;
/** Only the owner reads the file in which they stand. */
const HARMLESS = 'Plaintext passwords detected';

export const infrastructure = (options: InfrastructureOptions, tell: Tell): Infrastructure => ({
  postgres: new SupervisedPart({ name: 'postgres', launch: postgresLauncher(options, tell) }, tell),
  nats: new SupervisedPart({ name: 'nats', launch: () => launchNats(options, tell) }, tell),
});

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
