import { describe, expect, it } from '@jest/globals';
import type { Env } from '@keyledger/config';
import { readConfig } from './config.ts';

const complete: Env = {
  NATS_URL: 'nats://127.0.0.1:4222',
  NATS_PASSWORD: 'secret',
  DATABASE_URL: 'postgres://keyledger_approval:secret@127.0.0.1/keyledger',
  PRINCIPAL_KEY_FILE: '/keys/approval.jwk.json',
  PRINCIPAL_TRUST_FILE: '/keys/trust.jwks.json',
  CLAIM_CODE_KEY: 'f'.repeat(32),
};

describe('the configuration of approval', () => {
  it('has defaults for everything but addresses and keys', () =>
    expect(readConfig(complete)).toMatchObject({
      plugins: [],
      limits: { retryIntervalMs: 30_000, maxAttempts: 11, reviewExpiresAfterMs: 14 * 86_400_000 },
      claimLimits: { maxRejections: 5, lockMs: 900_000 },
    }));

  it('takes the interval of LLM Key Requestor for what has to wait', () =>
    expect(readConfig({ ...complete, APPROVAL_QUEUE_INTERVAL: '5m' }).limits.retryIntervalMs).toBe(300_000));

  it('takes limits for claim codes', () =>
    expect(readConfig({ ...complete, CLAIM_CODE_ATTEMPTS: '3', CLAIM_CODE_LOCK: '1h' }).claimLimits).toEqual({
      maxRejections: 3,
      lockMs: 3_600_000,
    }));

  it.each([
    ['no claim code key', { CLAIM_CODE_KEY: undefined }, 'CLAIM_CODE_KEY'],
    ['a short claim code key', { CLAIM_CODE_KEY: 'short' }, 'CLAIM_CODE_KEY'],
    ['a claim code key twice', { CLAIM_CODE_KEY_FILE: '/keys/claim' }, 'CLAIM_CODE_KEY'],
    ['no attempts', { CLAIM_CODE_ATTEMPTS: '0' }, 'CLAIM_CODE_ATTEMPTS'],
    ['no database', { DATABASE_URL: undefined }, 'DATABASE_URL'],
    ['a file that is not there', { CONFIG_FILE: '/nowhere/keyledger.yaml' }, '/nowhere/keyledger.yaml'],
  ])('is refused with %s, which is named', (_what, change, name) =>
    expect(() => readConfig({ ...complete, ...change })).toThrow(name),
  );

  it('names everything that is wrong at once, and no secret', () => {
    const read = () => readConfig({ ...complete, NATS_URL: 'x', CLAIM_CODE_KEY: 'canary' });
    expect(read).toThrow(/NATS_URL[\s\S]*CLAIM_CODE_KEY/);
    expect(read).not.toThrow(/canary/);
  });
});
