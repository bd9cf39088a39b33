import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openSecrets } from '../src/stack/secrets.ts';

describe('the secrets of the stack', () => {
  let directory: string;
  const open = () => openSecrets(directory, 5432);

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'keyledger-secrets-'));
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it('are the same at the next start, also when an editor has put a line end behind them', async () => {
    const { secretKey, postgresAdmin } = await open();
    writeFileSync(secretKey.file, `${secretKey.value}\n`);
    const again = await open();
    expect(again.secretKey.value).toBe(secretKey.value);
    expect(again.postgresAdmin).toEqual({ ...postgresAdmin, isNew: false });
    expect(readdirSync(directory).filter((name) => name.includes('.new'))).toEqual([]);
  });

  it('are not replaced when their file is empty: it is named', async () => {
    const { secretKey } = await open();
    truncateSync(secretKey.file);
    await expect(open()).rejects.toThrow(
      `${secretKey.file}: expected text without spaces or quotes around it, found nothing. Put back what it held`,
    );
  });

  it('are not used when their file holds a NUL: it is named', async () => {
    const { natsPasswords } = await open();
    writeFileSync(natsPasswords.vault.file, 'pass\0word');
    await expect(open()).rejects.toThrow(`${natsPasswords.vault.file}: expected text`);
  });
});
