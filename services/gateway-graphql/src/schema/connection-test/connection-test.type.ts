import type { ConnectionTest } from '@keyledger/contracts-vault';
import { builder } from '../../builder.ts';
import { enumValues } from '../enum-values.ts';

const TestOutcome = builder.enumType('TestOutcome', {
  description: 'What came of a test. Only `INVALID_KEY` blames the key.',
  values: enumValues<ConnectionTest['outcome']>({
    ok: 'The key works.',
    'invalid-key': 'The provider does not accept the key.',
    forbidden: 'The key is real and may not do this.',
    billing: 'The key is real, and there is no credit or quota left for it.',
    'rate-limited': 'Too many requests with this key at the moment.',
    'model-unavailable': 'There is no such model for this key.',
    'bad-request': 'The provider did not understand the test.',
    unreachable: 'No answer: name, encryption, time, or an address that may not be called.',
    'provider-error': 'The provider has a problem of its own.',
    unknown: 'What answers there does not speak like the provider.',
  }),
});

const TestStage = builder.enumType('TestStage', {
  description: 'How far a test went.',
  values: enumValues<ConnectionTest['stage']>({
    authenticate: 'The key was shown to the provider, which costs nothing.',
    complete: 'A chat of five tokens.',
  }),
});

const TestWarning = builder.enumType('TestWarning', {
  description: 'What is odd about a key that works.',
  values: enumValues<NonNullable<ConnectionTest['warning']>>({
    'management-key': 'It manages other keys and is not made for chats.',
  }),
});

export const ConnectionTestType = builder.objectRef<ConnectionTest>('ConnectionTest').implement({
  description: 'What a provider says about a key.',
  fields: (t) => ({
    outcome: t.expose('outcome', { type: TestOutcome, description: 'What came of it.' }),
    message: t.exposeString('message', {
      description: 'A sentence for people: whether it is the key, and what to do.',
    }),
    providerMessage: t.exposeString('providerMessage', {
      nullable: true,
      description: 'What the provider wrote: short, and without anything that looks like a key.',
    }),
    warning: t.expose('warning', { type: TestWarning, nullable: true, description: 'What is odd all the same.' }),
    stage: t.expose('stage', { type: TestStage, description: 'The stage that decided.' }),
    latencyMs: t.exposeInt('latencyMs', { description: 'How long the call took that decided, in milliseconds.' }),
    retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
      nullable: true,
      description: 'With `RATE_LIMITED`: after how many seconds a repetition makes sense, if the provider said it.',
    }),
    testedAt: t.expose('testedAt', { type: 'DateTime', description: 'When.' }),
  }),
});

interface Tested {
  readonly test: ConnectionTest;
}

export const testedType = (name: string, description: string) =>
  builder.objectRef<Tested>(name).implement({
    description,
    fields: (t) => ({
      test: t.expose('test', { type: ConnectionTestType, description: 'What the provider says.' }),
    }),
  });

/** A test calls a provider, up to twice for each stage; the vault ends it by a limit of its own. */
export const TEST_PATIENCE_MS = 30_000;

export const testedModelDescription =
  'As the provider names it: a chat of five tokens is held with it, which costs a little. Absent: the key is only shown.';
