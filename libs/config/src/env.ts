import { readFileSync } from 'node:fs';
import { ConfigError, withProblems } from './config-error.ts';
import { duration, flag, host, httpUrl, integer, type Kind, kindOf, secret, text } from './kind.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** A variable that is set to nothing counts as not set: compose files pass on what the host does not have. */
const valueOf = (env: Env, name: string): string | undefined => (env[name] === '' ? undefined : env[name]);

/** Reads one variable; reports what is wrong with it and answers `undefined` then. */
export const fromEnv = <T>(env: Env, name: string, kind: Kind<T>, problems: ConfigError[]): T | undefined => {
  const value = valueOf(env, name);
  if (value === undefined) return undefined;
  const parsed = kind.parse(value);
  if (parsed === undefined)
    problems.push(new ConfigError({ key: name, expected: kind.expected, found: kindOf(value) }));
  return parsed;
};

/** Where a secret lies, and the variable that says so. */
interface SecretFile {
  readonly file: string;
  readonly key: string;
  /** Said before what is expected of the content. */
  readonly prefix: string;
}

const contentOf = ({ file, key }: SecretFile, problems: ConfigError[]): string | undefined => {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    problems.push(new ConfigError({ file, key, expected: 'a file that can be read', found: code }));
    return undefined;
  }
};

const readSecretFile = <T>(from: SecretFile, kind: Kind<T>, problems: ConfigError[]): T | undefined => {
  const content = contentOf(from, problems);
  if (content === undefined) return undefined;
  // No password has a NUL; a file with one is binary or was cut off, and servers would end the text there.
  const parsed = content === '' || content.includes('\0') ? undefined : kind.parse(content);
  if (parsed === undefined) {
    const { file, key, prefix } = from;
    problems.push(new ConfigError({ file, key, expected: `${prefix}${kind.expected}`, found: kindOf(content) }));
  }
  return parsed;
};

/** `NAME`, or the content of the file that `NAME_FILE` names, of the given kind. */
export const secretFromEnv = <T>(env: Env, name: string, kind: Kind<T>, problems: ConfigError[]): T | undefined => {
  const file = valueOf(env, `${name}_FILE`);
  if (file === undefined) return fromEnv(env, name, kind, problems);
  if (valueOf(env, name) !== undefined) {
    problems.push(new ConfigError({ key: name, expected: `is set together with ${name}_FILE; set one of them` }));
    return undefined;
  }
  return readSecretFile({ file, key: `${name}_FILE`, prefix: 'a file with ' }, kind, problems);
};

/** The secret in a file, without the line end. Throws `ConfigErrors` naming the file when there is none. */
export const secretInFile = (file: string): string =>
  withProblems((problems) => readSecretFile({ file, key: '', prefix: '' }, secret, problems) as string);

/** What must be there. The stand-in for a missing value is never seen: the problem ends the reading. */
export const requiredFromEnv = <T>(name: string, value: T | undefined, kind: Kind<T>, problems: ConfigError[]): T => {
  if (value === undefined && !problems.some(({ key }) => key === name || key === `${name}_FILE`))
    problems.push(new ConfigError({ key: name, expected: kind.expected, found: 'nothing' }));
  return value as T;
};

/** A secret given by `NAME`, or by the path of a file in `NAME_FILE`. Both together are an error. */
export const secretFrom = (env: Env, name: string): string | undefined =>
  withProblems((problems) => secretFromEnv(env, name, secret, problems));

const single = <T>(env: Env, name: string, kind: Kind<T>): T | undefined =>
  withProblems((problems) => fromEnv(env, name, kind, problems));

const hosts: Kind<readonly string[]> = {
  expected: `${host.expected}; several between commas`,
  parse: (value) => {
    const parts = splitList(String(value));
    return parts.every((part) => host.parse(part) !== undefined) ? parts : undefined;
  },
};

/** Each of these answers `undefined` when the variable is not set and throws `ConfigErrors` when it is wrong. */
export const envText = (env: Env, name: string): string | undefined => single(env, name, text);
export const envInteger = (env: Env, name: string, range: { min: number; max: number }): number | undefined =>
  single(env, name, integer(range.min, range.max));
export const envBoolean = (env: Env, name: string): boolean | undefined => single(env, name, flag);
export const envDuration = (env: Env, name: string): number | undefined => single(env, name, duration);
export const envHttpUrl = (env: Env, name: string): string | undefined => single(env, name, httpUrl);
export const envHosts = (env: Env, name: string): readonly string[] | undefined => single(env, name, hosts);

/** Parts between commas or semicolons, trimmed; empty ones are left out. */
export const envList = (env: Env, name: string): readonly string[] | undefined => {
  const value = valueOf(env, name);
  return value === undefined ? undefined : splitList(value);
};

export const splitList = (value: string): readonly string[] =>
  value
    .split(/[;,]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Throws `ConfigErrors` naming the variable when the value is missing. */
export const required = <T>(name: string, value: T | undefined): T => {
  if (value !== undefined) return value;
  return withProblems((problems) => {
    problems.push(new ConfigError({ key: name, expected: 'a value', found: 'nothing' }));
    return value as T;
  });
};
