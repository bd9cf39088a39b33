import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const args = [
  '--conditions=@keyledger/source',
  '--import',
  path.join(root, 'tools/swc-register.mjs'),
  path.join(root, 'services/vault/src/main.ts'),
];

/** A vault in a process of its own, as it runs in production. */
export class VaultProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Resolves when the process takes work. */
  static async start(environment: Readonly<Record<string, string>>): Promise<VaultProcess> {
    const { PATH = '' } = process.env;
    const env = { PATH, ...environment };
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout });
    for await (const line of lines) if (line.includes('service is running')) break;
    child.stdout.resume();
    return new VaultProcess(child);
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }
}
