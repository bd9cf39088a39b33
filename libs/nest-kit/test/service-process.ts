import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

export interface LogRecord {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** The sample service as a process of its own. */
export class ServiceProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();
  readonly #exited: Promise<unknown>;
  readonly output: string[] = [];
  readonly logs: LogRecord[] = [];

  constructor(env: Readonly<Record<string, string>>, ...args: readonly string[]) {
    this.#child = spawn(
      process.execPath,
      [
        '--conditions=@keyledger/source',
        '--import',
        here('../../../tools/swc-register.mjs'),
        here('sample-service/main.ts'),
        ...args,
      ],
      { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#exited = once(this.#child, 'exit');
    for (const stream of [this.#child.stdout, this.#child.stderr])
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.#take(line));
    void this.#exited.then(() => this.#wake());
  }

  /** Resolves with the first log record with this message; rejects when the process ends before. */
  async logged(message: string): Promise<LogRecord> {
    for (;;) {
      const record = this.logs.find(({ msg }) => msg === message);
      if (record !== undefined) return record;
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new Error(`The service ended without "${message}":\n${this.output.join('\n')}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The exit code, once the process has ended and all its output is here. */
  async ended(): Promise<number | null> {
    await this.#exited;
    if (this.#child.stdout?.closed === false) await once(this.#child.stdout, 'close');
    return this.#child.exitCode;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  #take(line: string): void {
    this.output.push(line);
    if (line.startsWith('{')) this.logs.push(JSON.parse(line) as LogRecord);
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
