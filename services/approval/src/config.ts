import { createSecretKey, type KeyObject } from 'node:crypto';
import {
  type ApprovalPluginConfig,
  collectConfig,
  ConfigError,
  ConfigErrors,
  type Env,
  envDuration,
  envInteger,
  loadKeyledgerFile,
  type PlatformConfig,
  readPlatformConfig,
  required,
  secretFrom,
  warningsAbout,
} from '@keyledger/config';
import type { ClaimLimits } from './application/commands/prove-claim.handler.ts';
import type { EvaluationLimits } from './application/commands/evaluate-key-request.handler.ts';

export interface ApprovalConfig {
  readonly platform: PlatformConfig;
  /** `approval_plugins` of the file: the chain, in its order. */
  readonly plugins: readonly ApprovalPluginConfig[];
  /** `approval` of the file: how long what waits is waited for. */
  readonly limits: EvaluationLimits;
  /**
   * `CLAIM_CODE_KEY` or `CLAIM_CODE_KEY_FILE`: key of claim codes and of their stored hashes. Equal in all replicas.
   * With another key the codes that are already out no longer fit.
   */
  readonly claimCodeKey: KeyObject;
  /** `CLAIM_CODE_ATTEMPTS` (5) wrong codes in a row lock a code for `CLAIM_CODE_LOCK` (15 minutes). */
  readonly claimLimits: ClaimLimits;
  /** To be logged. */
  readonly warnings: readonly string[];
}

/** 128 bits written as hexadecimal digits; any denser alphabet has more. */
const SHORTEST_CLAIM_CODE_KEY = 32;

const MINUTE_MS = 60_000;

const readClaimCodeKey = (env: Env): KeyObject => {
  const text = required('CLAIM_CODE_KEY', secretFrom(env, 'CLAIM_CODE_KEY'));
  if (text.length < SHORTEST_CLAIM_CODE_KEY) {
    const expected = `expected a random key of at least ${SHORTEST_CLAIM_CODE_KEY} characters`;
    throw new ConfigErrors([new ConfigError({ key: 'CLAIM_CODE_KEY', expected })]);
  }
  return createSecretKey(text, 'utf8');
};

const readClaimLimits = (env: Env): ClaimLimits => ({
  maxRejections: envInteger(env, 'CLAIM_CODE_ATTEMPTS', { min: 1, max: 100 }) ?? 5,
  lockMs: envDuration(env, 'CLAIM_CODE_LOCK') ?? 15 * MINUTE_MS,
});

const readChain = (env: Env) => {
  const file = loadKeyledgerFile(env);
  const { approval, approvalPlugins } = file;
  const { queueIntervalMs: retryIntervalMs, webhookRetries, reviewExpiresAfterMs } = approval;
  return {
    plugins: approvalPlugins,
    warnings: warningsAbout(file, 'approval', 'approval_plugins'),
    limits: { retryIntervalMs, maxAttempts: 1 + webhookRetries, reviewExpiresAfterMs },
  };
};

/** Throws `ConfigErrors` with everything that is missing or wrong; one wrong rule refuses the chain as a whole. */
export const readConfig = (env: Env = process.env): ApprovalConfig =>
  collectConfig((read) => {
    const platform = read(() => readPlatformConfig(env, 'approval'));
    const chain = read(() => readChain(env));
    const claimCodeKey = read(() => readClaimCodeKey(env));
    const claimLimits = read(() => readClaimLimits(env));
    return () => ({ platform: platform(), ...chain(), claimCodeKey: claimCodeKey(), claimLimits: claimLimits() });
  });
