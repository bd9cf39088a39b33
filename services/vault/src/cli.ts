import { isAppError } from '@keyledger/errors';
import { ConfigErrors } from '@keyledger/config';
import { readConfig } from './config.ts';
import { importFile, importUsage, readImportOptions } from './import-command.ts';

const note = (text: string): void => void process.stderr.write(`${text}\n`);

const output = { line: (text: string): void => void process.stdout.write(`${text}\n`), note };

/** 0: done; 1: failed, or there is something left for people to do; 2: not understood. */
const run = async ([command, ...args]: readonly string[]): Promise<number> => {
  const options = command === 'import' ? readImportOptions(args) : undefined;
  if (options === undefined) {
    note(`Usage: npm run vault -- ${importUsage}`);
    return 2;
  }
  try {
    return (await importFile(readConfig(), options, output)) ? 0 : 1;
  } catch (error) {
    if (!isAppError(error) && !(error instanceof ConfigErrors)) throw error;
    note(error instanceof ConfigErrors ? String(error) : error.message);
    return 1;
  }
};

process.exitCode = await run(process.argv.slice(2));
