import { runJest } from './runs/jest-step.ts';
import { bin, report, runStep } from './runs/step.ts';

/** What every commit must pass: types, lint, fences and unit tests. */
const results = [
  await runStep({
    name: 'types',
    command: bin('tsc'),
    args: ['-p', 'tsconfig.json', '--incremental', '--tsBuildInfoFile', '.cache/types.tsbuildinfo'],
  }),
  await runStep({ name: 'lint', command: process.execPath, args: ['tools/lint.mjs'], env: { NX_DAEMON: 'false' } }),
  await runJest({ name: 'fences and unit tests', pattern: '', workers: 2, env: { TEST_LEVEL: 'unit' } }),
];
process.stdout.write(`${report('npm run verify', results)}\n`);
if (results.some(({ isGood }) => !isGood)) process.exitCode = 1;
