import { describe, expect, it } from '@jest/globals';
import type { IntegrationEventDefinition, Operation } from '@keyledger/messaging';
import * as contract from './index.ts';
import { keyRequestViewExamples } from './testing/examples.ts';
import { goldenEvent, goldenFiles, goldenOperation } from './testing/golden.ts';

const exported: readonly unknown[] = Object.values(contract);

const isOperation = (value: unknown): value is Operation =>
  typeof value === 'object' && value !== null && 'reply' in value && 'input' in value;

const isEvent = (value: unknown): value is IntegrationEventDefinition =>
  typeof value === 'object' && value !== null && 'aggregate' in value && 'version' in value;

const operations = exported.filter(isOperation);
const events = exported.filter(isEvent);

/** What a receiver makes of it: strips what it does not know, so a field that was removed shows as a difference. */
const received = (schema: Operation['input'], value: unknown): unknown =>
  schema.parse(JSON.parse(JSON.stringify(value)));

describe('the golden files', () => {
  it('hold every operation and every version of every event, and nothing else', () => {
    const expected = [
      ...operations.map(({ name, kind }) => `${name}.${kind}.json`),
      ...events.flatMap(({ type, version }) =>
        Array.from({ length: version }, (_, index) => `${type}.event.v${index + 1}.json`),
      ),
    ];
    expect(goldenFiles()).toEqual(expected.sort());
  });
});

describe.each(operations.map((operation) => [operation.name, operation] as const))('%s', (name, operation) => {
  const golden = goldenOperation(`${name}.${operation.kind}.json`);

  it('is asked under the same subject', () => expect(operation.subject).toBe(golden.subject));

  it('understands the input of every release', () =>
    expect(received(operation.input, golden.input)).toEqual(golden.input));

  it('understands the replies of every release', () => {
    for (const reply of golden.replies) expect(received(operation.reply, reply)).toEqual(reply);
  });

  it('refuses input that it does not know', () => {
    expect(operation.input.safeParse({ ...(golden.input as object), unexpected: 1 }).success).toBe(false);
  });
});

describe.each(events.map((event) => [event.type, event] as const))('%s', (type, definition) => {
  const golden = goldenEvent(`${type}.event.v${definition.version}.json`);

  it('is published under the same subject', () => expect(definition.subject).toBe(golden.subject));

  it('is understood as it was published', () => expect(received(definition.schema, golden.data)).toEqual(golden.data));
});

describe('every refusal', () => {
  const commands = [
    contract.SubmitKeyRequest,
    contract.ApproveKeyRequest,
    contract.DenyKeyRequest,
    contract.RetryKeyRequest,
    contract.ProveClaim,
  ];
  it.each(commands)('of $name has an example', ({ name, refusals }) => {
    const { replies } = goldenOperation(`${name}.command.json`);
    const codes = replies.flatMap((reply) => (reply as { code?: string }).code ?? []);
    expect(codes.sort()).toEqual([...refusals].sort());
  });
});

describe('every state of a request', () => {
  it('has an example', () =>
    expect(Object.keys(keyRequestViewExamples).sort()).toEqual([...contract.keyRequestStatuses].sort()));
});

describe('what is asked for', () => {
  const input = goldenOperation('SubmitKeyRequest.command.json').input as Record<string, unknown>;

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
    const { requestId } = goldenOperation('DenyKeyRequest.command.json').input as { requestId: string };
    expect(contract.DenyKeyRequest.input.safeParse({ requestId, reason: ' ' }).success).toBe(false);
  });
});
