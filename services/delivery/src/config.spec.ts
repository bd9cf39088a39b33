import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { ConfigErrors, type Env } from '@keyledger/config';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { readConfig } from './config.ts';

const HOUR_MS = 60 * 60 * 1000;
const key = '0123456789abcdef0123456789abcdef';
const otherKey = 'fedcba9876543210fedcba9876543210';

const complete: Env = {
  NATS_URL: 'nats://127.0.0.1:4222',
  NATS_PASSWORD: 'secret',
  DATABASE_URL: 'postgres://delivery:secret@127.0.0.1/keyledger',
  PRINCIPAL_KEY_FILE: '/run/delivery.jwk.json',
  PRINCIPAL_TRUST_FILE: '/run/trust.jwks.json',
  SMTP_HOST: 'mail.example.com',
  DELIVERY_LINK_KEY: key,
};

const directory = mkdtempSync(path.join(tmpdir(), 'keyledger-delivery-config-'));

const fileWith = (content: string): string => {
  const file = path.join(directory, 'file');
  writeFileSync(file, content);
  return file;
};

afterEach(() => rmSync(path.join(directory, 'file'), { force: true }));
afterAll(() => rmSync(directory, { recursive: true }));

const problemsOf = (change: Env): readonly string[] => {
  try {
    readConfig({ ...complete, ...change });
  } catch (error) {
    if (error instanceof ConfigErrors) return error.errors.map(({ message }) => message);
    throw error;
  }
  return [];
};

describe('the configuration of delivery', () => {
  it('has defaults', () => {
    expect(readConfig(complete)).toMatchObject({
      publicUrl: 'http://localhost:8000',
      links: { linkTtlMs: 72 * HOUR_MS, maxViews: 1 },
      retryWindowMs: 24 * HOUR_MS,
      supportContact: undefined,
      smtp: { host: 'mail.example.com', port: 587, startTls: true, verifySsl: true },
    });
  });

  it('takes what it is given', () => {
    const given = readConfig({
      ...complete,
      PUBLIC_URL: 'https://keys.example.com/',
      MAIL_RETRY_WINDOW: '2h',
      SUPPORT_CONTACT: 'help@example.com',
      CONFIG_FILE: fileWith('delivery:\n  link_expires_after: 8h\n  max_views: 3\n'),
    });
    expect(given).toMatchObject({
      publicUrl: 'https://keys.example.com',
      links: { linkTtlMs: 8 * HOUR_MS, maxViews: 3 },
      retryWindowMs: 2 * HOUR_MS,
      supportContact: 'help@example.com',
    });
  });

  it.each([`${key},${otherKey}`, `${key}, ${otherKey}`, `${key}\n${otherKey}`])('takes several link keys', (keys) => {
    const { linkKeys } = readConfig({ ...complete, DELIVERY_LINK_KEY: keys });
    expect(linkKeys.map((one) => one.export().toString())).toEqual([key, otherKey]);
  });

  it('takes link keys from a file', () => {
    const { linkKeys } = readConfig({
      ...complete,
      DELIVERY_LINK_KEY: undefined,
      DELIVERY_LINK_KEY_FILE: fileWith(`${key}\n`),
    });
    expect(linkKeys).toHaveLength(1);
  });

  it('does not show the link keys', () => {
    const config = readConfig(complete);
    expect(`${inspect(config, { depth: null })}${JSON.stringify(config)}`).not.toContain(key);
  });

  it.each([
    ['no link key', { DELIVERY_LINK_KEY: undefined }, /^DELIVERY_LINK_KEY: /],
    ['a short link key', { DELIVERY_LINK_KEY: `${key},short` }, /^DELIVERY_LINK_KEY: .*at least 32 characters/],
    ['no mail server', { SMTP_HOST: undefined }, /^SMTP_HOST: /],
    ['a window that is no time', { MAIL_RETRY_WINDOW: 'long' }, /^MAIL_RETRY_WINDOW: /],
    ['a window that outlasts the links', { MAIL_RETRY_WINDOW: '72h' }, /^MAIL_RETRY_WINDOW: .*shorter/],
  ])('refuses %s', (_what, change, problem) => {
    const problems = problemsOf(change);
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(problems.join()).not.toContain(key);
  });

  it('names all problems at once', () => {
    expect(problemsOf({ DELIVERY_LINK_KEY: undefined, SMTP_HOST: undefined, NATS_URL: undefined })).toHaveLength(3);
  });

  it('warns of a mail server whose certificate is not checked', () => {
    expect(readConfig({ ...complete, SMTP_VERIFY_SSL: 'false' }).warnings).toEqual([
      expect.stringContaining('smtp.verify_ssl'),
    ]);
  });
});
