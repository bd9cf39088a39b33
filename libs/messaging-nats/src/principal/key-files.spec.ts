import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newId } from '@keyledger/event-sourcing';
import { servicePrincipal } from '@keyledger/messaging';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { joseSigner } from './jose-signer.ts';
import { joseVerifier } from './jose-verifier.ts';
import { generatePrincipalKeys, type PrincipalKeyFiles, readTrust, writePrincipalKeys } from './key-files.ts';

describe('files of principal keys', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'keyledger-keys-'));
  let files: PrincipalKeyFiles;
  beforeAll(async () => {
    files = writePrincipalKeys(path.join(directory, 'keys'), await generatePrincipalKeys());
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it('serve signer and verifier', async () => {
    const binding = { subject: 's', messageId: newId(), body: null };
    const signer = joseSigner({ service: 'vault', privateKeyFile: files.signing.vault });
    const token = await signer.sign(servicePrincipal('vault'), binding);
    expect(await joseVerifier({ trustFile: files.trust }).verify(token, binding)).toEqual(servicePrincipal('vault'));
  });

  it('hold private keys for their owner only, and none in the trust file', () => {
    expect(statSync(files.signing.vault).mode & 0o777).toBe(0o600);
    expect(JSON.stringify(readTrust(files.trust))).not.toContain('"d"');
  });

  it('are refused at once when they are wrong, without quoting them', () => {
    const bad = path.join(directory, 'bad.json');
    for (const text of ['sk-secret', '{"kty":"sk-secret"}']) {
      writeFileSync(bad, text);
      expect(() => joseSigner({ service: 'vault', privateKeyFile: bad })).toThrow(
        /bad\.json is not a private Ed25519 key/,
      );
      expect(() => joseVerifier({ trustFile: bad })).toThrow(/bad\.json is not a JWKS/);
      expect(() => joseSigner({ service: 'vault', privateKeyFile: bad })).not.toThrow(/secret/);
    }
    expect(() => joseSigner({ service: 'vault', privateKeyFile: path.join(directory, 'none.json') })).toThrow(/ENOENT/);
  });

  it('of another service are refused', () => {
    expect(() => joseSigner({ service: 'vault', privateKeyFile: files.signing.gateway })).toThrow(/gateway/);
  });
});
