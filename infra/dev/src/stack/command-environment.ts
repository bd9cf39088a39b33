import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { productServices } from './service-catalogue.ts';
import { type EnvironmentOptions, serviceEnvironment } from './service-environment.ts';

type Settings = Readonly<Record<string, string>>;

export interface OfferedCommands {
  withdraw(): void;
}

/** Writes down where commands of the vault find the running stack: addresses and names of files, no secret. */
export const offerCommands = (file: string, options: EnvironmentOptions): OfferedCommands => {
  writeFileSync(file, JSON.stringify(commandSettings(options), null, 2), { mode: 0o600 });
  return { withdraw: () => rmSync(file, { force: true }) };
};

/** What the vault is told by the stack. What was given to `npm start`, and may be secret, is given to a command anew. */
const commandSettings = (options: EnvironmentOptions): Settings => {
  const vault = productServices().find(({ name }) => name === 'vault')!;
  const all = serviceEnvironment(vault, { healthPort: 0, gatewayPort: options.ports.gateway }, options);
  const { HEALTH_HOST: _host, HEALTH_PORT: _port, ...needed } = all;
  const isOurs = ([name, value]: [string, string | undefined]): boolean => !!value && !(name in options.given);
  return Object.fromEntries(Object.entries(needed).filter(isOurs)) as Settings;
};

/**
 * The environment of a command of the vault: what it was given, and for the rest what the stack offers. A name with
 * `_FILE` and the same without are one setting. `undefined` when no stack runs with those data.
 */
export const commandEnvironment = (given: NodeJS.ProcessEnv, file: string): NodeJS.ProcessEnv | undefined => {
  const offered = readOffer(file);
  if (offered === undefined) return undefined;
  const settingOf = (name: string): string => name.replace(/_FILE$/, '');
  const known = new Set(Object.entries(given).flatMap(([name, value]) => (value ? [settingOf(name)] : [])));
  const missing = Object.entries(offered).filter(([name]) => !known.has(settingOf(name)));
  return { ...given, ...Object.fromEntries(missing) };
};

const readOffer = (file: string): Settings | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Settings;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};
