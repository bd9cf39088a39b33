import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { encodeGlobalId } from '../src/schema/global-id.ts';
import { type EventStream, openEventStream } from './event-stream.ts';
import { FakeConnectionTests, works } from './fake-connection-tests.ts';
import { basic, type Harness, startGateway } from './gateway.harness.ts';

const RUN = `id status startedBy model total done completedAt results {
  testedId test { outcome latencyMs } notTested { code message }
}`;
const TEST_SECRETS = `mutation ($input: TestSecretsInput!) {
  testSecrets(input: $input) {
    __typename
    ... on TestSecretsSuccess { run { ${RUN} } }
    ... on Error { code }
  }
}`;
const WATCH = `subscription ($id: ID!) { testRunUpdated(id: $id) { ${RUN} } }`;

const tested = { secretId: randomUUID(), test: works };
const refused = { secretId: randomUUID(), refusal: { code: 'connection-unknown', message: 'Nobody said where' } };

describe('a test of many secrets', () => {
  let gateway: Harness;
  let tests: FakeConnectionTests;
  const open: EventStream[] = [];

  beforeEach(async () => {
    gateway = await startGateway();
    tests = new FakeConnectionTests();
    await tests.answer(gateway.services.requestReply);
  });
  afterEach(async () => {
    for (const stream of open.splice(0)) await stream.close();
    await gateway.close();
  });

  const run = async (input: object, headers = basic()) => {
    const { data, errors } = await gateway.graphql(TEST_SECRETS, { input }, headers);
    return { ...data?.testSecrets, errors };
  };
  const watch = async (id: string, headers: Record<string, string> = basic()): Promise<EventStream> => {
    const stream = await openEventStream(gateway.url, { query: WATCH, variables: { id } }, headers);
    open.push(stream);
    return stream;
  };

  it('begins at once and is a node', async () => {
    const begun = await run({ secretIds: [tested.secretId], model: 'gpt-4o-mini' });
    expect(begun).toMatchObject({ __typename: 'TestSecretsSuccess', run: { status: 'RUNNING', total: 2, done: 0 } });
    expect(tests.received[0]?.input).toEqual({ secretIds: [tested.secretId], model: 'gpt-4o-mini' });
    const NODE = `query ($id: ID!) { node(id: $id) { ... on TestRun { startedBy } } }`;
    expect((await gateway.graphql(NODE, { id: begun.run.id }, basic())).data.node).toEqual({ startedBy: 'root' });
  });

  it('is refused with types of its own, and not for visitors', async () => {
    expect(await run({ owner: 'nobody' })).toMatchObject({ __typename: 'NothingToTestError' });
    expect(await run({ secretIds: [] })).toMatchObject({ __typename: 'InvalidInputError' });
    expect((await run({}, {} as never)).errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  });

  it('shows each result as it comes, and ends', async () => {
    const { runId } = tests.run;
    const stream = await watch((await run({})).run.id);
    expect((await stream.next())?.data?.['testRunUpdated']).toMatchObject({ status: 'RUNNING', done: 0, results: [] });
    tests.finish(tested);
    gateway.events.publish([runId]);
    expect((await stream.next())?.data?.['testRunUpdated']).toMatchObject({
      done: 1,
      results: [
        {
          testedId: encodeGlobalId('Secret', tested.secretId),
          test: { outcome: 'OK', latencyMs: 120 },
          notTested: null,
        },
      ],
    });
    tests.finish(refused);
    gateway.events.publish([runId]);
    expect((await stream.next())?.data?.['testRunUpdated']).toMatchObject({
      status: 'COMPLETED',
      done: 2,
      results: [
        {},
        { testedId: encodeGlobalId('Secret', refused.secretId), test: null, notTested: { code: 'connection-unknown' } },
      ],
    });
    expect(await stream.next()).toBeUndefined();
    expect(gateway.events.listenerCount(runId)).toBe(0);
  });

  it('is not there for those who may not see it', async () => {
    expect(await (await watch(randomUUID())).next()).toBeUndefined();
  });
});
