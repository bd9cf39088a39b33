import { open, readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { AppError } from '@keyledger/errors';
import { systemClock } from '@keyledger/event-sourcing';
import pg from 'pg';
import { postgresWrappedKeys } from './adapters/postgres/postgres.wrapped-keys.ts';
import { newFingerprintKey } from './adapters/crypto/fingerprint-key.ts';
import { readBackup, writeBackup } from './application/key-ring/key-ring-backup.ts';
import { type RestoreOutcome, restoreKeyRing } from './application/key-ring/restore-key-ring.ts';
import { replaceLostFingerprintKey } from './application/key-ring/replace-fingerprint-key.ts';
import { verifySecrets } from './application/key-ring/verify-secrets.ts';
import type { WrappedKey } from './application/ports/key-ring.port.ts';
import type { WrappedKeys } from './application/ports/wrapped-keys.port.ts';
import type { VaultConfig } from './config.ts';
import { openSealer } from './open-sealer.ts';

export const keyRingUsage = 'verify | backup --file <new file> | restore --file <backup> | replace-fingerprint-key';

interface Output {
  line(text: string): void;
  note(text: string): void;
}

const PAGE = 500;
const OWNER_ONLY = 0o600;

/** `undefined` when the arguments do not say what to do. */
export const readFileOption = (args: readonly string[]): string | undefined => {
  try {
    return parseArgs({ args: [...args], options: { file: { type: 'string' } } }).values.file;
  } catch {
    return undefined;
  }
};

const fileFault =
  (what: string) =>
  (error: unknown): never => {
    const { code } = error as NodeJS.ErrnoException;
    throw new AppError('malformed', `The file of the backup cannot be ${what}: ${code ?? 'unknown error'}`);
  };

/** Opens every secret and prints those that do not open. Answers whether all did. */
export const verifyVault = async (config: VaultConfig, output: Output): Promise<boolean> => {
  await using opened = await openSealer(config);
  let readable = 0;
  let unreadable = 0;
  for await (const { isReadable, ...verified } of verifySecrets({ ...opened, clock: systemClock })) {
    if (isReadable) readable += 1;
    else {
      unreadable += 1;
      output.line(JSON.stringify({ ...verified, outcome: 'unreadable' }));
    }
  }
  output.note(`${readable} readable, ${unreadable} unreadable`);
  return unreadable === 0;
};

async function* allKeys(wrappedKeys: WrappedKeys): AsyncIterable<WrappedKey> {
  let after: string | undefined;
  for (;;) {
    const page = await wrappedKeys.all({ after, limit: PAGE });
    yield* page;
    after = page.at(-1)?.keyId;
    if (page.length < PAGE) return;
  }
}

/** Writes a new file, never over an old one. Needs no master key: the keys stay wrapped as they are. */
export const backUpKeyRing = async (config: VaultConfig, path: string, output: Output): Promise<void> => {
  await using resources = new AsyncDisposableStack();
  const pool = new pg.Pool({ connectionString: config.platform.databaseUrl, max: 1 });
  resources.defer(() => pool.end());
  const file = await open(path, 'wx', OWNER_ONLY).catch(fileFault('written'));
  resources.defer(() => file.close());
  let lines = 0;
  for await (const line of writeBackup(allKeys(postgresWrappedKeys(pool)), new Date())) {
    await file.write(line);
    lines += 1;
  }
  await file.sync();
  output.note(`${lines - 2} keys written`);
};

/** Answers whether every key that is needed is there now. */
export const restoreFromBackup = async (config: VaultConfig, path: string, output: Output): Promise<boolean> => {
  const backup = readBackup(await readFile(path, 'utf8').catch(fileFault('read')));
  await using opened = await openSealer(config);
  const counts = new Map<RestoreOutcome, number>();
  for await (const { keyId, outcome } of restoreKeyRing(opened, backup)) {
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    if (outcome === 'unreadable' || outcome === 'different') output.line(JSON.stringify({ keyId, outcome }));
  }
  output.note(counts.size === 0 ? 'no keys' : [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', '));
  return !counts.has('unreadable') && !counts.has('different');
};

/** Answers whether there was something to replace. */
export const replaceFingerprintKey = async (config: VaultConfig, output: Output): Promise<boolean> => {
  await using opened = await openSealer(config);
  const isReplaced = await replaceLostFingerprintKey({ ...opened, make: newFingerprintKey });
  output.note(
    isReplaced
      ? 'The fingerprint key is a new one: restart every vault. Secrets from before equal no new ones by their fingerprints'
      : 'The fingerprint key opens and stays as it is',
  );
  return isReplaced;
};
