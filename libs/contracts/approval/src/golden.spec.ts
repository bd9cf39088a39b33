import { describe, expect, it } from '@jest/globals';
import { goldenContract } from '@keyledger/messaging/testing';
import * as contract from './index.ts';
import { keyRequestViewExamples } from './testing/examples.ts';
import { golden } from './testing/golden.ts';

goldenContract(contract, golden);

describe('every state of a request', () => {
  it('has an example', () =>
    expect(Object.keys(keyRequestViewExamples).sort()).toEqual([...contract.keyRequestStatuses].sort()));
});

describe('what is asked for', () => {
  const input = golden.operation('SubmitKeyRequest.command.json').input as Record<string, unknown>;

  it.each([
    ['no address', { email: 'ada' }],
    ['more than 64 characters before the @', { email: `${'a'.repeat(65)}@example.com` }],
    ['more than 63 characters in a part of the domain', { email: `ada@${'a'.repeat(64)}.com` }],
    ['a part of the domain that ends in a dash', { email: 'ada@example-.com' }],
    ['a domain that is too long', { email: `ada@${'a.'.repeat(124)}com` }],
    ['an empty model', { modelId: '' }],
    ['a duration without a unit', { duration: '30' }],
    ['a duration of nothing', { duration: '0d' }],
    ['a budget of nothing', { budget: { maxUsd: 0 } }],
    ['a negative budget', { budget: { maxUsd: -1 } }],
    ['an unknown channel', { delivery: { channel: 'fax' } }],
    ['a NUL in the model', { modelId: 'gpt-4\0' }],
    ['a line break in the model', { modelId: 'gpt-4\n' }],
    ['something invisible in the model', { modelId: 'gpt\u200b-4' }],
    ['half of a character in the model', { modelId: 'gpt-4\ud83d' }],
    ['a NUL in the justification', { justification: 'Course\0' }],
    ['half of a character in the justification', { justification: 'Course \ud83d' }],
    ['an escape sequence in the justification', { justification: '\u001b[31mCourse' }],
    ['an endless justification', { justification: 'x'.repeat(2_001) }],
  ])('is malformed with %s', (_what, change) =>
    expect(contract.SubmitKeyRequest.input.safeParse({ ...input, ...change }).success).toBe(false),
  );

  it('goes to the longest address that there is', () => {
    const email = `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(57)}.org`;
    expect(email).toHaveLength(254);
    expect(contract.SubmitKeyRequest.input.parse({ ...input, email })).toMatchObject({ email });
  });

  it.each(['1', 'ada-1', '1234567890', 'a'.repeat(36), 'abababababababab', '0'.repeat(15)])(
    'has no key that a stranger comes upon: %s',
    (key) => expect(contract.unguessableKeySchema.safeParse(key).success).toBe(false),
  );

  it.each(['4c1f0f5e-9a3b-4d2e-8f10-6b7a5c3d2e1f', '01930f5e7d3c7c4e9d5a2f8f4f0f6d11', 'Zm9vYmFyYmF6cXV4'])(
    'may have a random key: %s',
    (key) => expect(contract.unguessableKeySchema.parse(key)).toBe(key),
  );

  it('may be justified in several lines and with pictures', () => {
    const justification = 'Course on compilers:\r\n\t- lexers \ud83d\ude80\n\t- parsers \u{1f469}\u200d\u{1f52c}';
    expect(contract.SubmitKeyRequest.input.parse({ ...input, justification })).toMatchObject({ justification });
  });

  it('is malformed as a denial without a reason', () => {
    const { requestId } = golden.operation('DenyKeyRequest.command.json').input as { requestId: string };
    expect(contract.DenyKeyRequest.input.safeParse({ requestId, reason: ' ' }).success).toBe(false);
  });
});
