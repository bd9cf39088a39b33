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

  it('may be justified in several lines and with pictures', () => {
    const justification = 'Course on compilers:\r\n\t- lexers \ud83d\ude80\n\t- parsers \u{1f469}\u200d\u{1f52c}';
    expect(contract.SubmitKeyRequest.input.parse({ ...input, justification })).toMatchObject({ justification });
  });

  it('is malformed as a denial without a reason', () => {
    const { requestId } = golden.operation('DenyKeyRequest.command.json').input as { requestId: string };
    expect(contract.DenyKeyRequest.input.safeParse({ requestId, reason: ' ' }).success).toBe(false);
  });
});
