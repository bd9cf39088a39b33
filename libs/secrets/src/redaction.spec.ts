import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { redact, redactedExcerpt } from './redaction.ts';

const random = (length: number, characters: string): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...characters), minLength: length, maxLength: length });

const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const BASE64URL = `${BASE62}-_`;

describe('redaction of text that somebody else wrote', () => {
  it.each([
    ['LiteLLM key', 'sk-Qm9vZ3VzS2V5Rm9yVGVzdHM'],
    ['OpenAI project key', 'sk-proj-AbCdEf0123456789T3BlbkFJAbCdEf0123456789'],
    ['Anthropic key', 'sk-ant-api03-abcdefghijklmnopqrstuvwxyz-AA'],
    ['OpenRouter key', 'sk-or-v1-0123456789abcdef0123456789abcdef'],
    ['Gemini key', 'AIzaSyD-0123456789abcdefghijklmnopqrstu'],
    ['new Gemini key', 'AQ.Ab8RN6Kabcdefghijklmn'],
    ['Bedrock key', 'ABSKQmVkcm9ja0FQSUtleS1hYmNk'],
    ['AWS access key id', 'AKIAIOSFODNN7EXAMPLE'],
    ['Groq key', 'gsk_0123456789abcdef'],
    ['Hugging Face token', 'hf_abcdefghijklmnop'],
    ['xAI key', 'xai-0123456789abcdef'],
    ['token of Vault', 'hvs.CAESIJ0123456789abcdef'],
    ['batch token of Vault', 'hvb.AAAAAQ0123456789abcdef'],
    ['recovery token of Vault', 'hvr.0123456789abcdefghij'],
    ['token of an older Vault', 's.Dh3kQ0ZpLm7RtYw2XcVb9NaE'],
    ['token of an application', `keyledger_${'0123456789abcdef'.repeat(2)}_${'Ab-_'.repeat(10)}abc`],
    ['half a token of an application', 'keyledger_0193abcdef0123456789'],
    ['JWT', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'],
    ['JWE', 'eyJhbGciOiJFQ0RILUVTIn0..aXY.Y2lwaGVy.dGFn'],
    ['Fernet token', 'gAAAAABh1234567890abcdefABCDEF=='],
    ['hash of a key', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    ['base64 of 32 bytes', 'AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA='],
  ])('takes out a %s', (_kind, key) => {
    for (const text of [key, `Key ${key} not found.`, `{"key":"${key}"}`, `key=${key}&x=1`, `'${key}'`, `(${key})`])
      expect(redact(text)).not.toContain(key.slice(8, 20));
  });

  it.each([
    ['Authorization: Bearer abc.def-123', 'Authorization: Bearer [redacted]', 'abc.def-123'],
    ['sent Basic YWRtaW46YWRtaW4=', 'sent Basic [redacted]', 'YWRtaW46'],
    ['postgres://keyledger:hunter2@db/keyledger', 'postgres://keyledger:[redacted]@db/keyledger', 'hunter2'],
    ['password=hunter2;', 'password=[redacted];', 'hunter2'],
    ['{"api_key": "hunter2"}', '{"api_key": "[redacted]"}', 'hunter2'],
    ['Received API Key = sk-...abcd, Key Hash', 'Received API Key = [redacted], Key Hash', 'abcd'],
  ])('turns %j into %j', (text, expected, secret) => {
    const redacted = redact(text);
    expect(redacted).not.toContain(secret);
    expect(redacted).toBe(expected);
  });

  it.each([
    'Key with alias already exists. Unique key aliases across all keys are required.',
    "{'error': 'No keys found'}",
    'max_budget cannot be negative. Received: -1',
    'lease 01930f5e-7d3c-7c4e-9d5a-2f8f4f0f6d11 is not there',
    'model gpt-4o-mini of team risk-sk is unknown',
    'keyledger_session of keyledger_vault_migrator, keyledger_deadletters',
    'at s.thisisaverylongmethodname in r.short',
    'the s.p.a. has hvac. and e.g. plans.Dh3kQ0ZpLm7RtYw2XcVb9NaE',
    'connect ECONNREFUSED 127.0.0.1:4000',
    '',
  ])('leaves %j as it is', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('takes out every one of several keys', () => {
    expect(redact('sk-aaaaaaaa and sk-bbbbbbbb')).toBe('[redacted] and [redacted]');
  });

  it('changes nothing when it is applied again', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(redact(redact(text))).toBe(redact(text));
      }),
    );
  });

  it('finds the keys that this product makes, wherever they stand', () => {
    const around = fc.constantFrom('', ' ', '"', "'", '=', ':', ',', '(', '\n', '<');
    fc.assert(
      fc.property(random(43, BASE64URL), around, around, (body, before, after) => {
        expect(redact(`x${before}${before === '' ? ' ' : ''}sk-${body}${after}`)).not.toContain(body.slice(0, 10));
      }),
    );
  });

  it('is fast on long hostile text', () => {
    const hostile = ['eyJ'.repeat(20_000), 'sk-'.repeat(20_000), '://a:'.repeat(20_000), 'token='.repeat(20_000)];
    for (const text of hostile) expect(redact(text).length).toBeGreaterThan(0);
  });
});

describe('an excerpt for an error message', () => {
  it('is redacted before it is cut, so that no half of a key stays', () => {
    const text = `${'x '.repeat(95)}sk-Qm9vZ3VzS2V5Rm9yVGVzdHM`;
    expect(redactedExcerpt(text)).not.toContain('sk-');
  });

  it('is cut to the length that was asked for', () => {
    expect(redactedExcerpt('word '.repeat(100), 20)).toBe('word word word word…');
    expect(redactedExcerpt('short')).toBe('short');
  });

  it('is made from the first 4,000 characters, of which the last word counts only when it is whole', () => {
    expect(redactedExcerpt(`${' '.repeat(3_990)}sk-Qm9vZ3VzS2V5Rm9yVGVzdHM`)).toBe('');
    expect(redactedExcerpt(`${' '.repeat(3_990)}word sk-Qm9vZ3VzS2V5Rm9yVGVzdHM`)).toBe('word');
    expect(redactedExcerpt('a'.repeat(5_000))).toBe('');
    for (const part of ['sk-Qm9vZ3Vz ', 'https://a:', 'token='])
      expect(redactedExcerpt(part.repeat(1_000_000)).length).toBeLessThanOrEqual(200);
  });

  it('is one line without control characters', () => {
    expect(redactedExcerpt(' first\r\nsecond\t\u0000third\u001b[31m ')).toBe('first second third [31m');
  });
});
