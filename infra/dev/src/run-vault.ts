import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { inRepository } from '@keyledger/testing';
import { commandEnvironment } from './stack/command-environment.ts';
import { commandsFile } from './stack/data-directory.ts';

/** `npm run vault -- [--data <directory>] <command>`: beside the running stack, or beside the database it is given. */
const [option, directory, ...rest] = process.argv.slice(2);
const isElsewhere = option === '--data';
const data = isElsewhere ? path.resolve(directory ?? '') : inRepository('.data');
const args = isElsewhere ? rest : process.argv.slice(2);

const hasDatabase = Boolean(process.env.DATABASE_URL) || Boolean(process.env.DATABASE_URL_FILE);
const isGiven = args.length === 0 || (hasDatabase && !isElsewhere);
const environment = isGiven ? process.env : commandEnvironment(process.env, commandsFile(data));

const run = (env: NodeJS.ProcessEnv): number => {
  const cli = [...process.execArgv, inRepository('services/vault/src/cli.ts'), ...args];
  const { status, error } = spawnSync(process.execPath, cli, { stdio: 'inherit', env });
  if (error) throw error;
  return status ?? 1;
};

if (environment === undefined) {
  process.stderr.write(
    `Keyledger does not run with the data in ${data}. Start it with npm start, or set DATABASE_URL and what else the ` +
      `vault is given: services/vault/README.md lists it.\n`,
  );
  process.exitCode = 1;
} else process.exitCode = run(environment);
