import { createServer } from 'node:net';
import { freePort } from '@keyledger/testing';

/** What the stack listens on, the usual port, and the variable that changes it. Unusual ones disturb nobody. */
export const portTable = {
  gateway: { usual: 8000, variable: 'PORT', what: 'the gateway' },
  mailbox: { usual: 8025, variable: 'MAILBOX_PORT', what: 'the mailbox page' },
  litellm: { usual: 4000, variable: 'LITELLM_PORT', what: 'the LiteLLM stand-in' },
  smtp: { usual: 27025, variable: 'MAILBOX_SMTP_PORT', what: "the mailbox's SMTP server" },
  postgres: { usual: 27432, variable: 'POSTGRES_PORT', what: 'PostgreSQL' },
  nats: { usual: 27422, variable: 'NATS_PORT', what: 'NATS' },
  health: { usual: 27100, variable: 'HEALTH_BASE_PORT', what: 'health and metrics of the services' },
} as const;

export type PortName = keyof typeof portTable;
export type Ports = Readonly<Record<PortName, number>>;

const HIGHEST = 65_535;
const names = Object.keys(portTable) as PortName[];

/** From the environment, or the usual ones. */
export const readPorts = (env: NodeJS.ProcessEnv): Ports =>
  Object.fromEntries(
    names.map((name) => {
      const { usual, variable } = portTable[name];
      const text = env[variable];
      if (text === undefined || text === '') return [name, usual];
      const port = Number(text);
      if (!Number.isInteger(port) || port < 1 || port > HIGHEST)
        throw new Error(`${variable}: expected a port between 1 and ${HIGHEST}, found ${JSON.stringify(text)}`);
      return [name, port];
    }),
  ) as Ports;

/** Of nobody; for tests. The health ports of replicas are taken one by one. */
export const freePorts = async (): Promise<Ports> => {
  const entries: [PortName, number][] = [];
  for (const name of names) entries.push([name, await freePort()]);
  return Object.fromEntries(entries) as unknown as Ports;
};

export interface WantedPort {
  readonly port: number;
  readonly what: string;
  readonly variable: string;
}

/** Throws when two settings lead to the same port, or one to a port that does not exist. */
export const refuseClashes = (wanted: readonly WantedPort[]): void => {
  const problems = wanted.flatMap(({ port, what, variable }, index) => {
    const twin = wanted.slice(0, index).find((other) => other.port === port);
    if (twin)
      return [
        `${twin.variable} and ${variable} both lead to port ${port}, for ${twin.what} and for ${what}: change one of them`,
      ];
    return port > HIGHEST ? [`${variable} leads to port ${port} for ${what}; the highest is ${HIGHEST}`] : [];
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
};

interface UnusablePort extends WantedPort {
  /** Low ports are the system's. */
  readonly isForbidden?: boolean;
}

export class PortsInUse extends Error {
  override readonly name = 'PortsInUse';

  constructor(readonly ports: readonly UnusablePort[]) {
    super(
      ports
        .map(({ port, what, variable, isForbidden }) =>
          isForbidden
            ? `Port ${port}, wanted for ${what}, is kept for the system. Choose one from 1024 on by ${variable}`
            : `Port ${port}, wanted for ${what}, is in use by another program. ` +
              `End that program, or choose another port: ${variable}=${port + 1} npm start`,
        )
        .join('\n'),
    );
  }
}

/** Throws `PortsInUse` when a port stays taken for as long as `patienceMs`. */
export const checkPorts = async (wanted: readonly WantedPort[], patienceMs = 0): Promise<void> => {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const unusable: UnusablePort[] = [];
    for (const each of wanted) {
      const trouble = await troubleWith(each.port);
      if (trouble !== undefined) unusable.push({ ...each, isForbidden: trouble === 'EACCES' });
    }
    if (unusable.length === 0) return;
    if (performance.now() >= deadline) throw new PortsInUse(unusable);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};

/** The code of what stands against listening there. */
const troubleWith = (port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'unknown'));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(undefined)));
  });
