import { natsServerBinary, startThrowAwayPostgres } from '@keyledger/testing';
import { runJest } from './runs/jest-step.ts';
import { report } from './runs/step.ts';

/**
 * Runs every test: first everything that needs at most single servers, side by side, then the tests of the whole system,
 * one after the other. One PostgreSQL serves them all; each spec has a database of its own.
 */
const only = process.argv.slice(2).join('|');
const say = (text: string) => void process.stdout.write(`${text}\n`);

const postgres = await startThrowAwayPostgres();
try {
  const env = { TEST_POSTGRES_URL: postgres.adminUrl, NATS_SERVER_BIN: await natsServerBinary(say) };
  const results = [
    await runJest({
      name: 'unit, component and integration tests',
      pattern: `^(?!.*\\.e2e\\.spec\\.ts$).*(${only})`,
      workers: 3,
      env,
    }),
    await runJest({
      name: 'end-to-end tests',
      pattern: `(${only}).*\\.e2e\\.spec\\.ts$`,
      workers: 1,
      env,
    }),
  ];
  say(report('npm test', results));
  if (results.some(({ isGood }) => !isGood)) process.exitCode = 1;
} finally {
  await postgres.stop();
}
