import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { collectConfig, ConfigErrors } from './config-error.ts';
import { parseDuration } from './duration.ts';
import { envBoolean, envDuration, envInteger, envList, required, secretFrom, secretInFile } from './env.ts';
import { readMessagingConfig, readPlatformConfig } from './platform-config.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'keyledger-env-'));
afterAll(() => rmSync(directory, { recursive: true }));

const fileWith = (content: string): string => {
  const file = path.join(directory, `${Math.random()}`);
  writeFileSync(file, content);
  return file;
};

describe('durations', () => {
  it.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['72h', 259_200_000],
    ['30d', 2_592_000_000],
  ])('%s is %d ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(['', '5', 'm', '-5m', '1.5h', '5 m', '0s', '5M', '5w', '99999d', '5m30s'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('a secret', () => {
  it('comes from the variable or from the file that NAME_FILE names, without the line end', () => {
    expect(secretFrom({ A_KEY: 'value' }, 'A_KEY')).toBe('value');
    expect(secretFrom({ A_KEY_FILE: fileWith('from file\n') }, 'A_KEY')).toBe('from file');
    expect(secretFrom({ A_KEY: '' }, 'A_KEY')).toBeUndefined();
  });

  it('given twice is refused', () => {
    expect(() => secretFrom({ A_KEY: 'a', A_KEY_FILE: fileWith('b') }, 'A_KEY')).toThrow(
      'A_KEY: is set together with A_KEY_FILE; set one of them',
    );
  });

  it('in a file that is missing, empty or has spaces around it is refused without showing it', () => {
    expect(() => secretFrom({ A_KEY_FILE: '/nowhere' }, 'A_KEY')).toThrow(
      'A_KEY_FILE: expected a file that can be read, found ENOENT',
    );
    expect(() => secretFrom({ A_KEY_FILE: fileWith('\n') }, 'A_KEY')).toThrow(
      'A_KEY_FILE: expected a file with text without spaces or quotes around it, found nothing',
    );
    expect(() => secretFrom({ A_KEY_FILE: fileWith('  canary') }, 'A_KEY')).toThrow(/^((?!canary).)*$/);
  });

  it('with a NUL in it is refused, and the file is named', () => {
    const file = fileWith('canary\0\n');
    const message = 'expected a file with text without spaces or quotes around it, found text with a NUL';
    expect(() => secretFrom({ A_KEY_FILE: file }, 'A_KEY')).toThrow(`${file}: A_KEY_FILE: ${message}`);
    const url = fileWith('postgres://user:pass\0word@localhost/keyledger');
    expect(() => readPlatformConfig({ DATABASE_URL_FILE: url }, 'vault')).toThrow(
      `${url}: DATABASE_URL_FILE: expected`,
    );
  });

  it('can be read from a file that is known by other means', () => {
    expect(secretInFile(fileWith('value\n'))).toBe('value');
    const file = fileWith('');
    expect(() => secretInFile(file)).toThrow(
      `${file}: expected text without spaces or quotes around it, found nothing`,
    );
  });
});

describe('typed variables', () => {
  const env = { PORT: '8000', ON: 'Yes', EVERY: '1m', LIST: 'a, b;c,,', EMPTY: '' };

  it('are parsed', () => {
    expect(envInteger(env, 'PORT', { min: 1, max: 65_535 })).toBe(8000);
    expect(envBoolean(env, 'ON')).toBe(true);
    expect(envDuration(env, 'EVERY')).toBe(60_000);
    expect(envList(env, 'LIST')).toEqual(['a', 'b', 'c']);
    expect(envBoolean(env, 'EMPTY')).toBeUndefined();
  });

  it('are named when they are wrong or missing', () => {
    expect(() => envInteger(env, 'ON', { min: 1, max: 2 })).toThrow(
      'ON: expected a whole number from 1 to 2, found text',
    );
    expect(() => envDuration(env, 'PORT')).toThrow(/^PORT: expected a duration/);
    expect(() => required('NAME', undefined)).toThrow('NAME: expected a value, found nothing');
  });
});

describe('the configuration of the platform', () => {
  const env = {
    NATS_URL: 'nats://a:4222,nats://b:4222',
    NATS_PASSWORD: 'secret',
    DATABASE_URL: 'postgres://u:p@localhost:5432/keyledger',
    PRINCIPAL_KEY_FILE: '/keys/vault.json',
    PRINCIPAL_TRUST_FILE: '/keys/trust.json',
  };

  it('has defaults for all but addresses, passwords and key files', () => {
    expect(readPlatformConfig(env, 'vault')).toEqual({
      service: 'vault',
      nats: { servers: ['nats://a:4222', 'nats://b:4222'], user: 'vault', password: 'secret' },
      databaseUrl: env.DATABASE_URL,
      eventStoreUrl: env.DATABASE_URL,
      http: { host: '127.0.0.1', port: 8080 },
      principal: { signingKeyFile: '/keys/vault.json', trustFile: '/keys/trust.json' },
      log: { level: 'info', format: 'json' },
    });
    expect(readMessagingConfig({ ...env, DATABASE_URL: undefined }, 'gateway')).not.toHaveProperty('databaseUrl');
  });

  it.each(['esdb://localhost:2113?tls=false', 'esdb+discover://a:2113,b:2113,c:2113', 'kurrentdb://x'])(
    'takes %s as event store',
    (url) => {
      expect(readPlatformConfig({ ...env, EVENT_STORE_URL: url }, 'vault').eventStoreUrl).toBe(url);
    },
  );

  it('names everything that is missing or wrong, and no password', () => {
    const read = () =>
      readPlatformConfig(
        {
          ...env,
          NATS_URL: 'localhost',
          DATABASE_URL: 'mysql://u:canary@h/d',
          PRINCIPAL_KEY_FILE: '',
          LOG_LEVEL: 'loud',
        },
        'vault',
      );
    expect(read).toThrow(ConfigErrors);
    expect(read).toThrow(
      [
        'DATABASE_URL: expected an address of the form postgres://user:password@host:port/database, found text',
        'NATS_URL: expected an address of the form nats://host:port, or several with commas, found text',
        'PRINCIPAL_KEY_FILE: expected text, found nothing',
        'LOG_LEVEL: expected one of "fatal", "error", "warn", "info", "debug", "trace", "silent", found text',
      ].join('\n'),
    );
  });
});

describe('collectConfig', () => {
  it('reports the problems of all parts together', () => {
    expect(() =>
      collectConfig((read) => {
        const a = read(() => required('A', undefined as string | undefined));
        const b = read(() => required('B', undefined as string | undefined));
        return () => [a(), b()];
      }),
    ).toThrow('A: expected a value, found nothing\nB: expected a value, found nothing');
  });

  it('assembles the parts when all are good, and does not hide a defect', () => {
    expect(
      collectConfig((read) =>
        (
          (part) => () =>
            part()
        )(read(() => 7)),
      ),
    ).toBe(7);
    expect(() =>
      collectConfig((read) =>
        read(() => {
          throw new TypeError('bug');
        }),
      ),
    ).toThrow(TypeError);
  });
});
