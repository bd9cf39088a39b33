import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { secretInFile } from '@keyledger/config';
import { ADMIN_USER, type NatsUser } from '@keyledger/infra-nats';
import { type DatabaseService, databaseServices, roleOf, type RolePasswords } from '@keyledger/infra-postgres';
import { serviceNames } from '@keyledger/messaging';
import {
  generatePrincipalKeys,
  type PrincipalKeyFiles,
  principalKeyFiles,
  writePrincipalKeys,
} from '@keyledger/messaging-nats';

export interface SecretFile {
  readonly file: string;
  readonly value: string;
  /** Made by this start. */
  readonly isNew: boolean;
}

export interface StackSecrets {
  readonly postgresAdmin: SecretFile;
  readonly rolePasswords: RolePasswords;
  readonly databaseUrls: Readonly<Record<DatabaseService, SecretFile>>;
  readonly natsPasswords: Readonly<Record<NatsUser, SecretFile>>;
  readonly principalKeys: PrincipalKeyFiles;
  readonly litellmMasterKey: SecretFile;
  /** The one master key of the vault: without it nothing that is sealed opens. */
  readonly secretKey: SecretFile;
  readonly claimCodeKey: SecretFile;
  readonly linkKey: SecretFile;
  /** Made only when asked for: an administrator may have a password by other means. */
  adminPassword(): SecretFile;
}

/** Finds the secrets of an earlier start in their files, one secret each, readable by the owner alone, or makes them. */
export const openSecrets = async (directory: string, postgresPort: number): Promise<StackSecrets> => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const secret = (name: string, make: () => string = longSecret): SecretFile => {
    const file = path.join(directory, name);
    if (existsSync(file)) return { file, value: kept(file), isNew: false };
    const value = make();
    write(file, value);
    return { file, value, isNew: true };
  };
  const rolePasswords = forEach(databaseServices, (service) => secret(`postgres-${service}`).value);
  const databaseUrls = forEach(databaseServices, (service) => {
    const password = encodeURIComponent(rolePasswords[service]);
    const url = `postgres://${roleOf(service)}:${password}@127.0.0.1:${postgresPort}/keyledger`;
    const file = path.join(directory, `database-url-${service}`);
    write(file, url);
    return { file, value: url, isNew: false };
  });
  return {
    postgresAdmin: secret('postgres-admin'),
    rolePasswords,
    databaseUrls,
    natsPasswords: forEach([...serviceNames, ADMIN_USER], (user) => secret(`nats-${user}`)),
    principalKeys: await openPrincipalKeys(path.join(directory, 'principals')),
    litellmMasterKey: secret('litellm-master-key', () => `sk-${longSecret()}`),
    secretKey: secret('secret-key'),
    claimCodeKey: secret('claim-code-key'),
    linkKey: secret('link-key'),
    adminPassword: () => secret('admin-password', readablePassword),
  };
};

const openPrincipalKeys = async (directory: string): Promise<PrincipalKeyFiles> => {
  const files = principalKeyFiles(directory);
  if (!existsSync(files.trust)) writePrincipalKeys(directory, await generatePrincipalKeys());
  return files;
};

/** Another one in its place would fit nothing that was made with it. */
const kept = (file: string): string => {
  try {
    return secretInFile(file);
  } catch (cause) {
    const advice = 'Put back what it held, or forget all data by `npm start -- --reset`';
    throw new Error(`${(cause as Error).message}. ${advice}`, { cause });
  }
};

/** Whole or not at all, also when the power fails or the disk is full: a part of a secret is none. */
const write = (file: string, value: string): void => {
  const draft = `${file}.new`;
  writeFileSync(draft, value, { mode: 0o600, flush: true });
  renameSync(draft, file);
};

const longSecret = (): string => randomBytes(32).toString('base64url');

/** Without characters that look alike; 20 of 32 are 100 bits. */
const readablePassword = (): string => {
  const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
  const group = () => Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return [group(), group(), group(), group()].join('-');
};

const forEach = <Name extends string, T>(names: readonly Name[], make: (name: Name) => T): Readonly<Record<Name, T>> =>
  Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, T>;
