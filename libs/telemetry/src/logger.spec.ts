import { describe, expect, it } from '@jest/globals';
import { createLogger, type LoggerOptions } from './logger.ts';
import { continueTrace, withCorrelation } from './trace-context.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const recorder = (options: Partial<LoggerOptions> = {}) => {
  const lines: string[] = [];
  const logger = createLogger({
    service: 'vault',
    ...options,
    destination: { write: (line) => void lines.push(line) },
  });
  return { logger, lines, record: () => JSON.parse(lines.at(-1) ?? 'null') as Record<string, unknown> };
};

describe('a log record', () => {
  it('is one line of JSON with time, level as a word, service, fields and message', () => {
    const { logger, lines, record } = recorder();
    logger.warn({ leaseId: 'l-1' }, 'lease expires');
    expect(lines).toHaveLength(1);
    expect(record()).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      service: 'vault',
      leaseId: 'l-1',
      msg: 'lease expires',
    });
  });

  it('says where it belongs inside a trace and a request', () => {
    const { logger, record } = recorder();
    continueTrace(TRACEPARENT, () => withCorrelation('request-7', () => logger.info('inside')));
    expect(record()).toMatchObject({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      correlationId: 'request-7',
    });
    logger.info('outside');
    expect(record()).not.toHaveProperty('traceId');
    expect(record()).not.toHaveProperty('correlationId');
  });

  it('has the causes of an error', () => {
    const { logger, record } = recorder();
    logger.error({ err: new Error('cannot issue', { cause: new Error('connection lost') }) }, 'failed');
    expect(record()['err']).toMatchObject({
      message: 'cannot issue',
      stack: expect.stringContaining('logger.spec'),
      cause: { message: 'connection lost' },
    });
  });

  it('is left out below the level', () => {
    const { logger, lines } = recorder({ level: 'warn' });
    logger.info('too much');
    expect(lines).toEqual([]);
  });

  it('is a readable line with the stack below when asked for', () => {
    const { logger, lines } = recorder({ format: 'pretty' });
    logger.error({ err: new TypeError('no such thing'), leaseId: 'l-1' }, 'failed');
    expect(lines.join('')).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} .*ERROR.* vault: failed.*leaseId=.*l-1.*\n {4}TypeError: no such thing\n {8,}at /,
    );
  });
});

describe('secrets', () => {
  const KEY = 'sk-canary0123456789abcdef';
  const JWE = 'eyJhbGciOiJFQ0RILUVTIn0.canary-a.canary-b.canary-c.canary-d';

  const circumstances: readonly [string, object, string][] = [
    ['in the message', {}, `the key is ${KEY}`],
    ['in a field', { answer: KEY }, 'x'],
    ['deep in a field', { a: { b: [{ c: `before ${KEY} after` }] } }, 'x'],
    ['in the message of an error', { err: new Error(`refused ${KEY}`) }, 'x'],
    ['in the cause of an error', { err: new Error('a', { cause: new Error(KEY) }) }, 'x'],
    ['in a property of an error', { err: Object.assign(new Error('a'), { body: KEY }) }, 'x'],
    ['as a bearer token', { headers: { accept: 'x' }, header: 'Bearer canary.with-no-known.shape' }, 'x'],
    ['as basic credentials', { header: 'Basic Y2FuYXJ5OmNhbmFyeQ==' }, 'x'],
    ['under the name of a secret', { Authorization: 'canary', nested: { deeper: { apiKey: 'canary' } } }, 'x'],
    ['as a password with quotes', { password: 'with "canary" inside \\ and " more' }, 'x'],
    ['as a token of a key service', { headers: { 'x-vault-token': 'canary', 'X-Amz-Security-Token': 'canary' } }, 'x'],
    ['as a token of Vault', {}, 'hvs.canary0123456789 hvb.canary0123456789 hvr.canary0123456789'],
    ['as a token of an older Vault', { cause: 's.canaryZpLm7RtYw2XcVb9NaE' }, 'Append: "s.Dh3kQ0ZpcanaryLm7RtYw2Xc"'],
    ['as a token of an application', {}, `keyledger_${'0193abcd'.repeat(4)}_canary-${'x'.repeat(36)}`],
    ['as a list under the name of a secret', { 'set-cookie': ['canary=1', 'b=canary'] }, 'x'],
    ['as a sealed key', { reply: JWE }, 'x'],
    ['as a Fernet token', { reply: `gAAAAABk${'canary-'.repeat(6)}==` }, 'x'],
    ['in an address', { url: 'postgres://vault:canary@localhost:5432/keyledger' }, 'x'],
    ['in the address of a one-time link', { path: '/claim/canary-0123456789-abcdef' }, 'x'],
    ['as a PEM file', { pem: '-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----' }, 'x'],
  ];

  it.each(circumstances)('%s are not written', (_, fields, message) => {
    for (const format of ['json', 'pretty'] as const) {
      const { logger, lines } = recorder({ format });
      logger.error(fields, message);
      logger.child(fields).error(message);
      expect(lines).toHaveLength(2);
      expect(lines.join('')).not.toMatch(/canary|Y2FuYXJ5/);
      expect(lines.join('')).toContain('[redacted]');
    }
  });

  it('leave valid JSON behind, and everything else as it was', () => {
    const { logger, record } = recorder();
    const harmless = {
      model: 'task-managed-gpt',
      alias: 'risk-0123456789',
      mask: 'sk-1…abcd',
      id: '0199a2c4-7d1e-7c3a-9b65-1c0d7e2f4a55',
      tokens: 12,
      secretId: 's-1',
      cookie_name: 'keyledger_session of keyledger_vault',
      stack: 'at s.thisisaverylongmethodname (file.js:1), plans.Dh3kQ0ZpLm7RtYw2XcVb9NaE',
      text: 'Basic rules apply; the bearer of this must ask',
      url: 'http://localhost:4000/key/generate',
    };
    logger.info({ ...harmless, password: 'canary' }, 'x');
    expect(record()).toMatchObject({ ...harmless, password: '[redacted]' });
  });
});
