import { isAppError } from '@keyledger/errors';
import { ConfigErrors } from '@keyledger/config';
import { readConfig } from './config.ts';
import { importFile, importUsage, readImportOptions } from './import-command.ts';
import {
  backUpKeyRing,
  keyRingUsage,
  readFileOption,
  replaceFingerprintKey,
  restoreFromBackup,
  verifyVault,
} from './key-ring-command.ts';

const note = (text: string): void => void process.stderr.write(`${text}\n`);

const output = { line: (text: string): void => void process.stdout.write(`${text}\n`), note };

type Work = () => Promise<boolean>;

const backingUp =
  (file: string): Work =>
  async () => {
    await backUpKeyRing(readConfig(), file, output);
    return true;
  };

/** `undefined` when the arguments do not say what to do. */
const workOf = ([command, ...args]: readonly string[]): Work | undefined => {
  switch (command) {
    case 'import': {
      const options = readImportOptions(args);
      return options && (() => importFile(readConfig(), options, output));
    }
    case 'verify':
      return args.length === 0 ? () => verifyVault(readConfig(), output) : undefined;
    case 'backup': {
      const file = readFileOption(args);
      return file === undefined ? undefined : backingUp(file);
    }
    case 'restore': {
      const file = readFileOption(args);
      return file === undefined ? undefined : () => restoreFromBackup(readConfig(), file, output);
    }
    case 'replace-fingerprint-key':
      return args.length === 0 ? () => replaceFingerprintKey(readConfig(), output) : undefined;
    default:
      return undefined;
  }
};

/** 0: done; 1: failed, or there is something left for people to do; 2: not understood. */
const run = async (args: readonly string[]): Promise<number> => {
  const work = workOf(args);
  if (work === undefined) {
    note(`Usage: npm run vault -- ${keyRingUsage} | ${importUsage}`);
    return 2;
  }
  try {
    return (await work()) ? 0 : 1;
  } catch (error) {
    if (!isAppError(error) && !(error instanceof ConfigErrors)) throw error;
    note(error instanceof ConfigErrors ? String(error) : error.message);
    return 1;
  }
};

process.exitCode = await run(process.argv.slice(2));
