import { globSync } from 'node:fs';
import path from 'node:path';
import { inRepository, natsServerBinary } from '@keyledger/testing';
import { report, runStep, type StepResult } from './runs/step.ts';

/**
 * npm run bench -- [name …]: one benchmark after the other, each on servers of its own whose commits wait for the disk.
 * What takes long (`.long.ts`) runs only when it is named.
 */
const wanted = process.argv.slice(2);
const nameOf = (file: string) => path.basename(file).replace(/\.(bench|long)\.ts$/, '');
const say = (text: string) => void process.stdout.write(`${text}\n`);
const files = globSync('bench/src/*.{bench,long}.ts', { cwd: inRepository() }).sort();
const long = files.filter((file) => file.endsWith('.long.ts'));
const unknown = wanted.filter((name) => !files.some((file) => nameOf(file) === name));
const isWanted = (file: string) => (wanted.length === 0 ? !long.includes(file) : wanted.includes(nameOf(file)));

const run = async (file: string): Promise<StepResult> => {
  say(`\n── ${nameOf(file)}`);
  return runStep({
    name: nameOf(file),
    command: process.execPath,
    args: ['--conditions=@keyledger/source', '--import', inRepository('tools/swc-register.mjs'), file],
    env: { NATS_SERVER_BIN: await natsServerBinary(say) },
  });
};

if (unknown.length > 0) {
  say(`No benchmark is called ${unknown.join(', ')}; there are ${files.map(nameOf).join(', ')}`);
  process.exitCode = 1;
} else {
  const results: StepResult[] = [];
  for (const file of files) if (isWanted(file)) results.push(await run(file));
  if (results.length > 0) say(report('npm run bench', results));
  if (wanted.length === 0)
    say(`Left out, since it takes long: ${long.map(nameOf).join(', ')} (npm run bench -- <name>)\n`);
  if (results.some(({ isGood }) => !isGood)) process.exitCode = 1;
}
