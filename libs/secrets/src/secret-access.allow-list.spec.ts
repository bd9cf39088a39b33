import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Every file that may see plaintext. Each new line needs the eyes of whoever answers for the security of the product. */
const ALLOWED = [
  // The class itself, and what this library computes from plaintext.
  'libs/secrets/src/fingerprint.ts',
  'libs/secrets/src/index.ts',
  'libs/secrets/src/mask.ts',
  'libs/secrets/src/secret-access.ts',
  'libs/secrets/src/secret-bytes.ts',
  'libs/secrets/src/submitted-value.ts',
  // Encrypts and decrypts secrets.
  'services/vault/src/adapters/crypto/envelope.secret-sealer.ts',
  // Encrypts a key to the public key of its recipient.
  'services/vault/src/adapters/crypto/jwe.recipient-sealer.ts',
  // Derives the master key from the passphrase.
  'services/vault/src/adapters/crypto/passphrase.master-key-source.ts',
  // Sends the administrative credential of an issuer to it.
  'services/vault/src/adapters/issuers/http/issuer-http.ts',
  // Sends the token of the transit engine to it.
  'services/vault/src/adapters/transit/transit.key-service.ts',
  // Sends a chosen key to the issuer that shall accept it.
  'services/vault/src/adapters/issuers/litellm/litellm.keys.ts',
  // Opens what was handed in under a submission key, with the private part of that key.
  'services/vault/src/adapters/jose/jwe.submission-opener.ts',
  // Shows a key to its provider, to see whether it works.
  'services/vault/src/adapters/providers/http.provider-caller.ts',
];

const SOURCES = ['libs', 'services', 'web', 'infra', 'bench', 'tools'];
const SKIPPED = new Set(['node_modules', 'dist', 'coverage', '.cache']);
const TESTS = /\.(spec|contract|fake|examples)\.ts$|\/testing\/|\/test\//;

/** Naming the proof, or taking everything of the library at once so that the name need not appear. */
const USES = [
  /\bSecretAccess\b/,
  /import\s+\*\s+as\s+\w+\s+from\s+['"]@keyledger\/secrets/,
  /import\(\s*['"]@keyledger\/secrets/,
];

const filesBelow = async (directory: string): Promise<readonly string[]> => {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const nested = entries
    .filter(({ name }) => !SKIPPED.has(name))
    .map((entry) => {
      const file = path.join(directory, entry.name);
      if (entry.isDirectory()) return filesBelow(file);
      return Promise.resolve(/\.[cm]?[jt]sx?$/.test(entry.name) ? [file] : []);
    });
  return (await Promise.all(nested)).flat();
};

const usersOfPlaintext = async (tree: string): Promise<readonly string[]> => {
  const files = (await Promise.all(SOURCES.map((source) => filesBelow(path.join(tree, source))))).flat();
  const users = await Promise.all(
    files.map(async (file) => {
      const source = await readFile(file, 'utf8');
      return USES.some((use) => use.test(source)) ? [path.relative(tree, file)] : [];
    }),
  );
  return users.flat().filter((file) => !TESTS.test(file));
};

describe('the files that may see plaintext', () => {
  it('are those of the list, and each of them still needs it', async () => {
    expect([...(await usersOfPlaintext(root))].sort()).toEqual([...ALLOWED].sort());
  });
});

describe('the search itself', () => {
  let tree: string;

  const planted: Readonly<Record<string, string>> = {
    'services/vault/src/application/leak.ts': `import { SecretAccess } from '@keyledger/secrets';`,
    'services/delivery/src/renamed.ts': `import { SecretAccess as Proof } from '@keyledger/secrets';`,
    'services/delivery/src/namespace.ts': `import * as all from '@keyledger/secrets';`,
    'libs/telemetry/src/dynamic.mjs': `const { SecretBytes } = await import('@keyledger/secrets');`,
    'libs/config/src/through-a-file.ts': `export { SecretAccess } from '../../secrets/src/secret-access.ts';`,
  };

  beforeAll(async () => {
    tree = await mkdtemp(path.join(tmpdir(), 'keyledger-allow-list-'));
    const innocent = {
      'services/vault/src/innocent.ts': `import { SecretBytes } from '@keyledger/secrets';`,
      'services/vault/src/some.spec.ts': `import { SecretAccess } from '@keyledger/secrets';`,
    };
    for (const [file, source] of Object.entries({ ...planted, ...innocent })) {
      await mkdir(path.dirname(path.join(tree, file)), { recursive: true });
      await writeFile(path.join(tree, file), source);
    }
  });

  afterAll(() => rm(tree, { recursive: true, force: true }));

  it.each(Object.keys(planted))('finds the violation planted in %s', async (file) => {
    expect(await usersOfPlaintext(tree)).toContain(file);
  });

  it('finds nothing else', async () => {
    expect([...(await usersOfPlaintext(tree))].sort()).toEqual(Object.keys(planted).sort());
  });
});
