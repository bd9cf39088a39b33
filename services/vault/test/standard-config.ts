import { SecretBytes } from '@keyledger/secrets';
import type { VaultConfig } from '../src/config.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Of a vault without servers: issuers and sources of master keys are put in the place of what it would build. */
export const standardConfig: VaultConfig = {
  platform: {} as VaultConfig['platform'],
  masterKeys: { writes: 'passphrase', sources: [] },
  issuers: [],
  litellm: { baseUrl: '', gatewayUrl: '', apiKey: SecretBytes.fromText(''), timeoutMs: 1 },
  issuing: { limits: { defaultDurationMs: 30 * 24 * 60 * MINUTE_MS }, giveUpAfterMs: 15 * MINUTE_MS },
  leases: {
    reconcileEveryMs: 60 * MINUTE_MS,
    readUsageEveryMs: 15 * MINUTE_MS,
    thresholds: [50, 80, 100],
    unusedAfterMs: 10 * DAY_MS,
    remindBeforeMs: [14 * DAY_MS, 3 * DAY_MS, DAY_MS],
  },
  keepVersionsMs: 30 * 24 * 60 * MINUTE_MS,
  connectionTests: {
    timeoutMs: 2_000,
    allowPrivate: ['127.0.0.1'],
    mostPerMinute: { perPerson: 5, byAll: 8 },
    parallel: 2,
    everyMs: 60 * MINUTE_MS,
  },
  warnings: [],
};
