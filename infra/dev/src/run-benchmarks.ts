import { globSync } from 'node:fs';
import path from 'node:path';
import { inRepository, natsServerBinary, startThrowAwayPostgres } from '@keyledger/testing';
import { report, runStep, type StepResult } from './runs/step.ts';

/** npm run bench -- [name …]: each benchmark alone, on a new PostgreSQL whose commits wait for the disk. */
const wanted = process.argv.slice(2);
const nameOf = (file: string) => path.basename(file, '.bench.ts');
const say = (text: string) => void process.stdout.write(`${text}\n`);
const files = globSync('bench/src/*.bench.ts', { cwd: inRepository() }).sort();
const unknown = wanted.filter((name) => !files.some((file) => nameOf(file) === name));

const run = async (file: string): Promise<StepResult> => {
  const postgres = await startThrowAwayPostgres({ isDurable: true });
  try {
    say(`\n── ${nameOf(file)}`);
    return await runStep({
      name: nameOf(file),
      command: process.execPath,
      args: ['--conditions=@keyledger/source', '--import', inRepository('tools/swc-register.mjs'), file],
      env: { TEST_POSTGRES_URL: postgres.adminUrl, NATS_SERVER_BIN: await natsServerBinary(say) },
    });
  } finally {
    await postgres.stop();
  }
};

if (unknown.length > 0) {
  say(`No benchmark is called ${unknown.join(', ')}; there are ${files.map(nameOf).join(', ')}`);
  process.exitCode = 1;
} else {
  const results: StepResult[] = [];
  for (const file of files) if (wanted.length === 0 || wanted.includes(nameOf(file))) results.push(await run(file));
  if (results.length > 0) say(report('npm run bench', results));
  if (results.some(({ isGood }) => !isGood)) process.exitCode = 1;
}
process.disconnect?.();
