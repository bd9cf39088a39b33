import { runJest } from './runs/jest-step.ts';
import { bin, report, runStep } from './runs/step.ts';

/** What every commit must pass: lint, types, fences and unit tests. Unchanged projects come from Nx's cache. */
const nx = { NX_DAEMON: 'false', NX_TUI: 'false' };
const checks = ['run-many', '-t', 'typecheck', 'lint', '--parallel=2', '--outputStyle=static'];

const results = [
  await runStep({ name: 'types and lint', command: bin('nx'), args: checks, env: nx }),
  await runJest({ name: 'fences and unit tests', pattern: '', workers: 2, env: { TEST_LEVEL: 'unit' } }),
];
process.stdout.write(`${report('npm run verify', results)}\n`);
if (results.some(({ isGood }) => !isGood)) process.exitCode = 1;
process.disconnect?.();
