import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigError, ConfigErrors, withProblems } from '../config-error.ts';
import type { Env } from '../env.ts';
import type { KeyledgerFile } from './keyledger-file.ts';
import { readSections } from './read-sections.ts';
import { Section } from './section.ts';
import { parseYaml } from './yaml-file.ts';

/** Reads the text of a file. Throws `ConfigErrors` with everything that is wrong in file and variables. */
export const readKeyledgerText = (filePath: string | undefined, content: string, env: Env): KeyledgerFile => {
  const file = parseYaml(filePath, content);
  return withProblems((problems) => readSections(new Section({ file, env, problems }, file.root, '', 1), env));
};

const pathFrom = (env: Env): string | undefined => {
  const { CONFIG: config = '', CONFIG_FILE: configFile = '' } = env;
  if (config !== '' && configFile !== '' && path.resolve(config) !== path.resolve(configFile))
    throw new ConfigErrors([
      new ConfigError({ key: 'CONFIG', expected: 'names another file than CONFIG_FILE; set one of them' }),
    ]);
  return config || configFile || undefined;
};

const contentOf = (filePath: string): string => {
  try {
    return readFileSync(filePath, 'utf8');
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new ConfigErrors([
      new ConfigError({ file: filePath, key: '', expected: 'a file that can be read', found: code }),
    ]);
  }
};

/**
 * Reads the file that `CONFIG` or `CONFIG_FILE` names; without either, the defaults and the variables. Throws
 * `ConfigErrors` with everything that is wrong: a file is used as a whole or not at all.
 */
export const loadKeyledgerFile = (env: Env): KeyledgerFile => {
  const filePath = pathFrom(env);
  return readKeyledgerText(filePath, filePath === undefined ? '' : contentOf(filePath), env);
};
