import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type ServiceName, serviceNames } from '@keyledger/messaging';
import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from 'jose';
import { z } from 'zod';
import { ALGORITHM } from './principal-token.ts';

export interface PrincipalKeys {
  /** Private key of each service. */
  readonly signing: Readonly<Record<ServiceName, JWK>>;
  /** Public keys of all services. */
  readonly trust: JSONWebKeySet;
}

const publicKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  kid: z.enum(serviceNames),
});
const privateKey = publicKey.extend({ d: z.string() });
const keySet = z.object({ keys: z.array(publicKey).min(1) });

/** One new Ed25519 key pair per service. */
export const generatePrincipalKeys = async (): Promise<PrincipalKeys> => {
  const pairs = await Promise.all(
    serviceNames.map(async (kid) => {
      const pair = await generateKeyPair(ALGORITHM, { crv: 'Ed25519', extractable: true });
      return { kid, signing: await exportJWK(pair.privateKey), trusted: await exportJWK(pair.publicKey) };
    }),
  );
  return {
    signing: Object.fromEntries(
      pairs.map(({ kid, signing }) => [kid, { ...signing, kid, alg: ALGORITHM }]),
    ) as unknown as PrincipalKeys['signing'],
    trust: { keys: pairs.map(({ kid, trusted }) => ({ ...trusted, kid, alg: ALGORITHM, use: 'sig' })) },
  };
};

export interface PrincipalKeyFiles {
  readonly signing: Readonly<Record<ServiceName, string>>;
  readonly trust: string;
}

/** Where the keys lie in a directory: `<service>.jwk.json`, readable by the owner only, and `trust.jwks.json`. */
export const principalKeyFiles = (directory: string): PrincipalKeyFiles => ({
  signing: Object.fromEntries(
    serviceNames.map((service) => [service, path.join(directory, `${service}.jwk.json`)]),
  ) as unknown as PrincipalKeyFiles['signing'],
  trust: path.join(directory, 'trust.jwks.json'),
});

/** Makes the directory where it is missing. Replaces keys that are there: what they signed is accepted no longer. */
export const writePrincipalKeys = (directory: string, keys: PrincipalKeys): PrincipalKeyFiles => {
  const files = principalKeyFiles(directory);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const service of serviceNames)
    writeFileSync(files.signing[service], JSON.stringify(keys.signing[service]), { mode: 0o600 });
  writeFileSync(files.trust, JSON.stringify(keys.trust), { mode: 0o644 });
  return files;
};

/** The message of an error never quotes the file: it may hold a private key. */
const readJson = <T>(file: string, schema: z.ZodType<T>, expected: string): T => {
  const text = readFileSync(file, 'utf8');
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new Error(`${file} is not ${expected}`);
  }
};

export const readPrivateKey = (file: string, service: ServiceName): JWK => {
  const key = readJson(file, privateKey, 'a private Ed25519 key as JWK');
  if (key.kid !== service) throw new Error(`${file} is the key of ${key.kid}, not of ${service}`);
  return key;
};

export const readTrust = (file: string): JSONWebKeySet =>
  readJson(file, keySet, 'a JWKS of Ed25519 keys with the names of services as kid');
