import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inRepository } from '@keyledger/testing';
import { bin, cacheFile, runStep, type StepResult } from './step.ts';

export interface JestRun {
  readonly name: string;
  /** Regular expression for the paths of spec files. */
  readonly pattern: string;
  readonly workers: number;
  readonly env?: NodeJS.ProcessEnv;
}

export interface JestResult extends StepResult {
  readonly detail: string;
}

const NODE_OPTIONS = '--experimental-vm-modules --disable-warning=ExperimentalWarning';

/** All projects in one Jest, so that its workers are always busy and every file is transformed once. */
export const runJest = async ({ name, pattern, workers, env = {} }: JestRun): Promise<JestResult> => {
  const directory = cacheFile('tests', String(process.pid));
  mkdirSync(directory, { recursive: true });
  const [configFile, outputFile] = [path.join(directory, 'jest.config.json'), path.join(directory, 'results.json')];
  writeFileSync(configFile, JSON.stringify(configuration()));
  const step = await runStep({
    name,
    command: bin('jest'),
    args: [
      ...['--config', configFile, '--testPathPatterns', pattern, '--passWithNoTests'],
      ...(workers === 1 ? ['--runInBand'] : ['--maxWorkers', String(workers)]),
      ...['--json', '--outputFile', outputFile],
    ],
    env: { NODE_OPTIONS, ...env },
  });
  const detail = countsIn(outputFile);
  rmSync(directory, { recursive: true });
  return { ...step, detail };
};

/** A worker that has grown beyond the limit is replaced: ESM keeps the modules of every spec file in memory. */
const configuration = () => ({
  rootDir: inRepository(),
  projects: jestProjects().map((project) => `<rootDir>/${project}`),
  workerIdleMemoryLimit: '1GB',
  testTimeout: 30_000,
});

const jestProjects = (): string[] => {
  const { workspaces } = JSON.parse(readFileSync(inRepository('package.json'), 'utf8')) as { workspaces: string[] };
  return globSync(
    workspaces.map((pattern) => path.join(pattern, 'jest.config.mjs')),
    { cwd: inRepository() },
  )
    .map((file) => path.dirname(file))
    .sort();
};

interface Counts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTotalTestSuites: number;
  readonly numRuntimeErrorTestSuites: number;
}

const countsIn = (file: string): string => {
  try {
    const counts = JSON.parse(readFileSync(file, 'utf8')) as Counts;
    const failed = counts.numFailedTests + counts.numRuntimeErrorTestSuites;
    return [
      `${counts.numPassedTests} tests passed in ${counts.numTotalTestSuites} files`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(counts.numPendingTests > 0 ? [`${counts.numPendingTests} skipped`] : []),
    ].join(', ');
  } catch {
    return 'no result was written';
  }
};
