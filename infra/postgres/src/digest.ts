import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { EVENT_STORE_MIGRATIONS } from './provisioning.ts';

/** Differs between two states of this package that would make different databases of an empty one. */
export const provisioningDigest = (): string => {
  const migrations = readdirSync(EVENT_STORE_MIGRATIONS)
    .sort()
    .map((file) => path.join(EVENT_STORE_MIGRATIONS, file));
  const digest = createHash('sha256');
  for (const file of [fileURLToPath(new URL('./provisioning.ts', import.meta.url)), ...migrations])
    digest.update(path.basename(file)).update(readFileSync(file));
  return digest.digest('hex').slice(0, 12);
};
