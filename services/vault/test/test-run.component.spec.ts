import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestRunView, TestSecrets } from '@keyledger/contracts-vault';
import { newId } from '@keyledger/event-sourcing';
import type { InputOf } from '@keyledger/messaging';
import { keepSecret } from './kept-secret.ts';
import { Life } from './mortal.ts';
import { ada, mallory } from './people.ts';
import { ProviderServer } from './provider-server.ts';
import { admin, asking } from './vault-client.ts';
import { approvedRequest } from './approval-facts.ts';
import type { Replica } from './replica.ts';
import { Outside } from './vault-in-memory.ts';

describe('many secrets', () => {
  let outside: Outside;
  let vault: Replica;
  let server: ProviderServer;

  beforeAll(async () => {
    server = await ProviderServer.open();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    outside = new Outside();
    vault = await outside.replica();
    server.isSilent = false;
    server.of('openai').heard.length = 0;
  });

  const seal = (value: string, by = ada, isConnected = true): Promise<string> => {
    const connection = { provider: 'openai', baseUrl: server.addressOf('openai') };
    return keepSecret(vault.client, by, value, isConnected ? { connection } : {});
  };

  const sealMany = async (count: number): Promise<readonly string[]> => {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) {
      server.of('openai').keys.set(`sk-value-${index}`, 'good');
      ids.push(await seal(`sk-value-${index}`));
    }
    return ids;
  };

  const ask = (input: InputOf<typeof TestSecrets>, by = ada) => vault.client.TestSecrets(input, asking(by));
  const start = async (input: InputOf<typeof TestSecrets>, by = ada): Promise<TestRunView> => {
    const reply = await ask(input, by);
    if (reply.outcome === 'refused') throw new Error(reply.code);
    return reply.result;
  };
  const runOf = async (runId: string, by = ada) => vault.client.GetTestRun({ runId }, asking(by));
  const completed = async (runId: string, by = ada): Promise<TestRunView> => {
    await outside.until(runId, 'TestRunCompleted');
    return (await runOf(runId, by))!;
  };

  it('are tested in a run that is answered as soon as it has begun', async () => {
    const secretIds = await sealMany(5);
    const begun = await start({ secretIds: [...secretIds] });
    expect(begun).toMatchObject({ status: 'running', startedBy: ada.id, total: 5, done: 0, results: [] });
    const run = await completed(begun.runId);
    expect(run).toMatchObject({ done: 5, completedAt: outside.clock().toISOString() });
    expect(run.results.map(({ secretId }) => secretId).sort()).toEqual([...secretIds].sort());
    expect(run.results.map(({ test }) => test?.outcome)).toEqual(Array(5).fill('ok'));
    expect(server.of('openai').heard).toHaveLength(5);
  });

  it('chat where a model is named', async () => {
    const [first] = await sealMany(1);
    const { runId } = await start({ secretIds: [first!], model: 'm' });
    expect(await completed(runId)).toMatchObject({ model: 'm', results: [{ test: { stage: 'complete' } }] });
  });

  it('tell how far the run is', async () => {
    await sealMany(3);
    await outside.project();
    const { runId } = await start({});
    await completed(runId);
    const told = (await outside.published()).filter(({ streamId }) => streamId === runId);
    expect(told.map(({ type }) => type)).toEqual([
      'TestRunStarted',
      'TestRunProgressed',
      'TestRunProgressed',
      'TestRunProgressed',
      'TestRunCompleted',
    ]);
    expect(told[1]?.data).toMatchObject({ runId, outcome: 'ok' });
  });

  it('are all of an owner that say where they belong, when none is named', async () => {
    const [first] = await sealMany(1);
    await seal('sk-other-owner', mallory);
    await seal('sk-unconnected', ada, false);
    await outside.project();
    const { runId } = await start({});
    expect((await completed(runId)).results.map(({ secretId }) => secretId)).toEqual([first]);
    expect(await start({ owner: ada.id }, admin)).toMatchObject({ total: 1, startedBy: 'admin' });
    expect(await ask({ owner: ada.id }, mallory)).toMatchObject({ code: 'not-permitted' });
    expect(await ask({}, { ...ada, proof: 'address' })).toMatchObject({ code: 'not-permitted' });
    expect(await ask({}, { ...ada, id: 'nobody@example.com' })).toMatchObject({ code: 'nothing-to-test' });
  });

  it('each say why they were not tested, and the others go on', async () => {
    const [mine] = await sealMany(1);
    const { event, leaseId } = approvedRequest();
    await vault.hear(event);
    const secretIds = [await seal('sk-other-owner', mallory), newId(), await seal('sk-unconnected', ada, false), mine!];
    const { results } = await completed((await start({ secretIds })).runId);
    expect(secretIds.map((id) => results.find(({ secretId }) => secretId === id)?.refusal?.code)).toEqual([
      'secret-not-found',
      'secret-not-found',
      'connection-unknown',
      undefined,
    ]);
    const ofLease = await completed((await start({ secretIds: [leaseId] }, admin)).runId, admin);
    expect(ofLease.results[0]?.refusal?.code).toBe('secret-is-issued');
  });

  it('are shown to whoever started the run, to administrators and auditors', async () => {
    const { runId } = await start({ secretIds: [...(await sealMany(1))] });
    await completed(runId);
    expect(await runOf(runId, mallory)).toBeNull();
    expect(await runOf(runId, { ...ada, proof: 'address' })).toBeNull();
    expect(await runOf(runId, admin)).toMatchObject({ runId });
    expect(await runOf(runId, { ...mallory, roles: ['auditor'] })).toMatchObject({ runId });
    expect(await runOf(newId())).toBeNull();
  });

  it('are tested so many at a time', async () => {
    const secretIds = await sealMany(6);
    server.isSilent = true;
    const { runId } = await start({ secretIds: [...secretIds] });
    await server.untilWaiting(2);
    expect(server.of('openai').heard).toHaveLength(2);
    server.release();
    await completed(runId);
    expect(server.of('openai').heard).toHaveLength(6);
  });

  it('are tested once by two replicas', async () => {
    const other = await outside.replica();
    const { runId } = await start({ secretIds: [...(await sealMany(4))] });
    await Promise.all([other.testRuns.proceed(runId), vault.testRuns.proceed(runId)]);
    await completed(runId);
    expect(server.of('openai').heard).toHaveLength(4);
  });

  it.each([1, 3, 5, 7, 9])('are all tested when the process dies at call %d to the outside', async (at) => {
    const secretIds = await sealMany(3);
    const dying = await outside.replica({ life: new Life({ at, when: 'after' }) });
    const reply = await dying.client.TestSecrets({ secretIds: [...secretIds] }, asking(ada)).catch(() => undefined);
    await outside.project();
    await outside.locks.untilNoneIsHeld();
    await outside.project();
    await vault.testRuns.round();
    const stored = await outside.storedTypes('testRun');
    expect(stored.filter((type) => type === 'SecretTestFinished')).toHaveLength(3);
    expect(stored.at(-1)).toBe('TestRunCompleted');
    if (reply?.outcome === 'accepted') expect((await completed(reply.result.runId)).done).toBe(3);
    // A test that was repeated is the same reveal.
    expect((await outside.storedTypes('secret')).filter((type) => type === 'SecretRevealed')).toHaveLength(3);
  });

  it('wait while the vault is sealed', async () => {
    const [first] = await sealMany(1);
    const closed = await outside.replica({ isUnsealed: false });
    await expect(closed.client.TestSecrets({ secretIds: [first!] }, asking(ada))).rejects.toMatchObject({
      code: 'sealed',
    });
    await closed.testRuns.round();
  });
});
