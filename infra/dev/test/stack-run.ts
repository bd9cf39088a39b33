import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { freePort, inRepository } from '@keyledger/testing';

export interface SpokenLine {
  readonly service: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** `npm start` with its own ports, heard through a pipe. */
export class StackRun {
  readonly lines: SpokenLine[] = [];
  readonly child: ChildProcess;
  readonly #exit: Promise<number | null>;
  #changed = Promise.withResolvers<undefined>();

  constructor(
    dataDirectory: string,
    environment: NodeJS.ProcessEnv,
    command = [process.execPath, 'tools/run.mjs', 'start', '--'],
  ) {
    const [program = '', ...args] = command;
    this.child = spawn(
      program,
      [...args.filter((each) => each !== '--' || program === 'npm'), '--data', dataDirectory],
      {
        cwd: inRepository(),
        env: environment,
        stdio: ['ignore', 'pipe', 'inherit'],
        detached: true,
      },
    );
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      if (line.startsWith('{')) this.lines.push(JSON.parse(line) as SpokenLine);
      this.#wake();
    });
    this.#exit = new Promise((resolve) => this.child.once('exit', (code) => resolve(code)));
    void this.#exit.then(() => this.#wake());
  }

  /** The first line from `service` whose message matches; throws when the run ends without one. */
  async said(message: RegExp, service = 'stack'): Promise<SpokenLine> {
    for (;;) {
      const { promise } = this.#changed;
      const line = this.lines.find((each) => each.service === service && message.test(each.msg));
      if (line) return line;
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`Ended without saying ${message}:\n${this.lines.map(({ msg }) => msg).join('\n')}`);
      await promise;
    }
  }

  async ended(): Promise<number | null> {
    return this.#exit;
  }

  /** As Ctrl-C does: to the whole group of the terminal. */
  interrupt(): void {
    process.kill(-(this.child.pid ?? 0), 'SIGINT');
  }

  #wake(): void {
    this.#changed.resolve(undefined);
    this.#changed = Promise.withResolvers();
  }
}

/** Ports that nobody uses, as `npm start` is told. */
export const freeEnvironment = async (): Promise<NodeJS.ProcessEnv> => {
  const names = ['PORT', 'MAILBOX_PORT', 'LITELLM_PORT', 'MAILBOX_SMTP_PORT', 'POSTGRES_PORT', 'NATS_PORT'];
  const ports: [string, string][] = [];
  for (const name of names) ports.push([name, String(await freePort())]);
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    ...Object.fromEntries(ports),
    HEALTH_BASE_PORT: String(20_000 + (process.pid % 500) * 60),
  };
};

/** Processes that were told of this directory, by argument or environment. */
export const processesOn = (directory: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) =>
      ['cmdline', 'environ'].some((file) => {
        try {
          return readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(directory);
        } catch {
          return false;
        }
      }),
    )
    .map(Number);

export const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 50));
};
