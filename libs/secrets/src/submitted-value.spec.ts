import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { maskOf } from './mask.ts';
import { SecretBytes } from './secret-bytes.ts';
import { flawOf } from './submitted-value.ts';

const flaw = (text: string, ...knownMasks: readonly string[]) => flawOf(SecretBytes.fromText(text), knownMasks);

describe('a value handed in as a secret', () => {
  it.each([
    'sk-proj-Qm9vZ3VzS2V5Rm9yVGVzdHM0NTY3ODkw',
    'sk-ant-api03-abc_DEF-123456789012345678901234567890',
    'AIzaSyA-1234567890abcdefghijklmnopqrstu',
    'hunter2',
    'p*ss*word*with*stars',
    'a.b.c',
    'gAAAAABkZ2V0X2Zlcm5ldF90b2tlbg==',
    '{"type":"service_account","private_key":"-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\\n"}',
    '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----',
    'xoxb-123456789012-abcdefghijkl',
  ])('is taken: %s', (text) => expect(flaw(text)).toBeUndefined());

  it.each([
    ['FeedForward and OpenHands, a short key', '****'],
    ['OpenHands, as its settings stored it', '**********'],
    ['OpenHands, first and last four', 'sk-a...9f3c'],
    ['with one character for the dots', 'sk-a…9f3c'],
    ['OpenHands, dots and asterisks', 'sk-1...****'],
    ['OpenHands, first four and asterisks', 'sk-1**********'],
    ['LiteLLM', 'sk-...abcd'],
    ['OpenAI', 'sk-proj-********************wxyz'],
    ['a password field', '••••••••'],
    ['dots', '........'],
    ['pydantic', "SecretStr('**********')"],
    ['a log', '[REDACTED]'],
    ['this product', '[redacted]'],
    ['this product, printed', '[SecretBytes]'],
    ['a placeholder in brackets', '<your-api-key>'],
    ['a placeholder', 'your_api_key_here'],
    ['a placeholder of a sample', 'sk-xxxxxxxxxxxx'],
    ['JavaScript', 'undefined'],
    ['JSON', 'null'],
    ['Python', 'None'],
    ['an object put into text', '[object Object]'],
    ['the sample configuration', 'change-me-in-production'],
  ])('is refused when it is the mask of %s', (_whose, text) => expect(flaw(text)).toBe('mask'));

  it('is refused when it is a mask under which the secret was shown, whatever that looks like', () => {
    expect(flaw('peculiar-mask', 'other', 'peculiar-mask')).toBe('mask');
    expect(flaw('peculiar-mask', 'other')).toBeUndefined();
  });

  it.each([' sk-abc', 'sk-abc\n', '\tsk-abc', 'sk-abc\u00a0', '\ufeffsk-abc', 'sk-abc\u200b', 'sk-abc\r\n'])(
    'is refused with white space around it: %j',
    (text) => expect(flaw(text)).toBe('white-space'),
  );

  it.each(['"sk-abc"', "'sk-abc'", '`sk-abc`', '“sk-abc”', '"sk-abc', "sk-abc'"])(
    'is refused with quotes around it: %s',
    (text) => expect(flaw(text)).toBe('quotes'),
  );

  it.each(['', ' ', '\n\t '])('is refused when there is nothing: %j', (text) => expect(flaw(text)).toBe('empty'));

  it('is refused when it is no text', () => {
    expect(flawOf(SecretBytes.copyOf(Uint8Array.of(0xff, 0xfe, 0x41)))).toBe('not-text');
  });

  it('is refused when it is the mask of any key, and the key itself never is', () => {
    for (let round = 0; round < 500; round += 1) {
      const key = SecretBytes.fromText(`sk-${randomBytes(24).toString('base64url')}`);
      expect(flawOf(key)).toBeUndefined();
      expect(flaw(maskOf(key))).toBe('mask');
    }
  });
});
