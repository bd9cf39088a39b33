import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '@keyledger/event-sourcing';
import { SecretBytes } from '@keyledger/secrets';
import { keyFileMasterKeySource } from '@keyledger/service-vault/src/adapters/crypto/key-file.master-key-source.ts';
import { passphraseMasterKeySource } from '@keyledger/service-vault/src/adapters/crypto/passphrase.master-key-source.ts';
import type { MasterKeySource } from '@keyledger/service-vault/src/application/ports/master-key.port.ts';

const RESOLUTION_MS = 1;

/** What keeps a vault busy that unseals: the first one makes its master key, each later one opens it. */
const unsealTwice = async (source: MasterKeySource): Promise<void> => {
  const masterKeyId = newId();
  const { parameters } = await source.create(masterKeyId);
  await source.open({ masterKeyId, parameters });
};

/** Longest stall of the event loop, in milliseconds, while vaults unseal by a passphrase and by a key file. */
export const unsealingStalls = async (times: number): Promise<Readonly<Record<string, number>>> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'keyledger-bench-'));
  const keyFile = path.join(directory, 'master-key');
  await writeFile(keyFile, randomBytes(32).toString('base64'), { mode: 0o600 });
  const read = (): Promise<SecretBytes> => Promise.resolve(SecretBytes.fromText(randomBytes(16).toString('hex')));
  const passphrase = await read();
  const sources = {
    passphrase: passphraseMasterKeySource({
      read: () => Promise.resolve(passphrase.copy()),
      configuredBy: 'the benchmark',
    }),
    'key file': keyFileMasterKeySource(keyFile),
  };
  const stalls: Record<string, number> = {};
  for (const [name, source] of Object.entries(sources)) {
    await unsealTwice(source); // compiles what it runs
    const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    histogram.enable();
    for (let time = 0; time < times; time += 1) await unsealTwice(source);
    await delay(10 * RESOLUTION_MS);
    histogram.disable();
    stalls[name] = histogram.max / 1e6;
  }
  await rm(directory, { recursive: true });
  return stalls;
};
