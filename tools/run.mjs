// node tools/run.mjs <start|test|verify|bench|vault> [options]: what the npm scripts call.
// Needs nothing but Node 20 and npm: installs the dependencies when they are missing or old, then goes on under the
// Node that they bring along.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingDependencies } from './installed.mjs';
import { watchAncestors } from './ancestors.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const entries = {
  start: 'infra/dev/src/main.ts',
  test: 'infra/dev/src/run-tests.ts',
  verify: 'infra/dev/src/run-verify.ts',
  bench: 'infra/dev/src/run-benchmarks.ts',
  vault: 'infra/dev/src/run-vault.ts',
};

const fail = (message) => {
  console.error(message);
  process.exit(1);
};

const install = () => {
  const missing = missingDependencies(root);
  if (missing.length === 0) return;
  const reason = existsSync(path.join(root, 'node_modules')) ? `not up to date (${missing[0]})` : 'not installed';
  console.error(`The dependencies are ${reason}: installing them, which takes about a minute…`);
  // npm shows its progress on a terminal by itself. Development dependencies are needed, whatever NODE_ENV says.
  const npm = spawnSync('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (npm.error) fail(`npm could not be started: ${npm.error.message}`);
  if (npm.status !== 0) fail('The installation failed; what npm says above tells why.');
};

const node = () => {
  const file = path.join(root, 'node_modules/node/bin/node');
  if (existsSync(file)) return file;
  const { devDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const wanted = devDependencies.node.split('.')[0];
  if (process.versions.node.split('.')[0] === wanted) return process.execPath;
  return fail(`The npm package "node" brought no Node ${wanted} for this platform; start this with Node ${wanted}.`);
};

const [command = '', ...args] = process.argv.slice(2);
const entry = entries[command] ?? fail(`node tools/run.mjs <${Object.keys(entries).join('|')}> [options]`);
const [major] = process.versions.node.split('.').map(Number);
if (major < 20) fail(`Keyledger needs Node 20 or newer to begin with; this is ${process.version}.`);
install();

const bin = path.join(root, 'node_modules/.bin');
const options = ['--conditions=@keyledger/source', '--import', new URL('./swc-register.mjs', import.meta.url).href];
const child = spawn(node(), [...options, path.join(root, entry), ...args], {
  cwd: root,
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` },
});
// Ctrl-C reaches the child as well, which ends in its own time; other signals are meant for it and are passed on.
process.on('SIGINT', () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
// When npm is killed, nobody tells its children. Losing this process is told by the closed channel.
const unwatch = watchAncestors(() => child.kill('SIGTERM'));
child.on('error', (error) => fail(error.message));
child.on('exit', (code, signal) => {
  unwatch();
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
});
