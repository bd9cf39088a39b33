import { describe, expect, it } from '@jest/globals';
import type { ApprovalPluginConfig, OnError } from '@keyledger/config';
import { InMemoryEventStore } from '@keyledger/event-sourcing/testing';
import { publishedEventOf } from '@keyledger/messaging';
import { approvalPublication } from '../src/application/publication.ts';
import { admin, asking, requester, reviewer } from './approval-client.ts';
import { type ApprovalInMemory, approvalInMemory } from './approval-in-memory.ts';
import { FaultyEventStore } from './faulty-event-store.ts';

const MINUTE_MS = 60_000;
const email = 'ada@example.com';

const http = (onError: OnError = 'retry'): ApprovalPluginConfig => ({
  name: 'http',
  config: {
    endpoint: 'https://user:secret@policy.example.com/approve?token=secret',
    timeoutMs: 5_000,
    secret: 'very secret',
    allowPrivate: [],
  },
  onError,
  line: 1,
});
const approvesAll: ApprovalPluginConfig = { name: 'whitelist', config: { list: ['*'] }, onError: 'retry', line: 2 };

const approvesNone: ApprovalPluginConfig = { name: 'whitelist', config: { list: [] }, onError: 'retry', line: 3 };

const submitTo = async (approval: ApprovalInMemory, modelId = 'claude-3') => {
  const reply = await approval.client.SubmitKeyRequest(
    { modelId, email, delivery: { channel: 'emailLink' } },
    asking(requester(email)),
  );
  if (reply.outcome === 'refused') throw new Error(reply.code);
  return reply.result.requestId ?? '';
};
const viewIn = (approval: ApprovalInMemory, requestId: string) =>
  approval.client.GetKeyRequest({ requestId }, asking(admin));

describe('a request whose webhook answers', () => {
  it.each([
    ['APPROVE', 'approved'],
    ['DENY', 'denied'],
    ['REVIEW', 'in-review'],
    ['CONTINUE', 'denied'],
  ])('%s is %s', async (decision, status) => {
    const approval = await approvalInMemory({ plugins: [http()] });
    approval.webhook.decide(decision);
    const requestId = await submitTo(approval);
    await approval.settle();
    expect(await viewIn(approval, requestId)).toMatchObject({ status });
    expect(approval.webhook.questions).toEqual([{ email, model: 'claude-3', request_id: requestId }]);
  });
});

describe('a request with two webhooks', () => {
  it('is put to the second when the first continues', async () => {
    const approval = await approvalInMemory({ plugins: [http(), approvesNone, http()] });
    approval.webhookAt(0).decide('CONTINUE');
    approval.webhookAt(2).decide('DENY');
    const requestId = await submitTo(approval);
    await approval.settle();
    expect(await viewIn(approval, requestId)).toMatchObject({
      status: 'denied',
      evaluations: [{ verdicts: [{ index: 0 }, { index: 1 }, { index: 2, rule: 'http', verdict: 'deny' }] }],
    });
    expect([0, 2].map((index) => approval.webhookAt(index).questions.length)).toEqual([1, 1]);
  });
});

describe('a request whose webhook cannot be asked', () => {
  let approval: ApprovalInMemory;

  const begin = async (onError: OnError) => {
    approval = await approvalInMemory({ plugins: [http(onError), approvesAll] });
    const requestId = await submitTo(approval);
    await approval.settle();
    return requestId;
  };
  const nextRun = async () => {
    approval.advance(5 * MINUTE_MS);
    const performed = await approval.performDueWork();
    await approval.settle();
    return performed;
  };

  it('waits, is asked about again at its time, and is decided by the answer', async () => {
    const requestId = await begin('retry');
    expect(await viewIn(approval, requestId)).toMatchObject({
      status: 'submitted',
      retryAt: '2026-01-05T08:05:00.000Z',
      evaluations: [{ outcome: 'deferred', verdicts: [{ rule: 'http', verdict: 'unavailable' }] }],
    });
    approval.advance(5 * MINUTE_MS - 1);
    expect(await approval.performDueWork()).toBe(0);
    approval.webhook.decide('APPROVE');
    approval.advance(1);
    expect(await approval.performDueWork()).toBe(1);
    await approval.settle();
    const view = await viewIn(approval, requestId);
    expect(view).toMatchObject({ status: 'approved', evaluations: [{ outcome: 'deferred' }, { outcome: 'approved' }] });
    expect(view).not.toHaveProperty('retryAt');
    expect(await nextRun()).toBe(0);
  });

  it('goes to review after the last attempt, and is neither approved nor denied by the fault', async () => {
    const requestId = await begin('retry');
    expect(await nextRun()).toBe(1);
    expect(await viewIn(approval, requestId)).toMatchObject({ status: 'submitted' });
    expect(await nextRun()).toBe(1);
    expect(await viewIn(approval, requestId)).toMatchObject({
      status: 'in-review',
      evaluations: [{ outcome: 'deferred' }, { outcome: 'deferred' }, { outcome: 'review' }],
    });
    expect(approval.webhook.questions).toHaveLength(3);
    expect(await nextRun()).toBe(0);
  });

  it.each<[OnError, string]>([
    ['review', 'in-review'],
    ['deny', 'denied'],
  ])('ends at once where the rule says %s', async (onError, status) => {
    const requestId = await begin(onError);
    expect(await viewIn(approval, requestId)).toMatchObject({ status });
    expect(await nextRun()).toBe(0);
  });

  it('is decided by a reviewer while it waits, and not asked about again', async () => {
    const requestId = await begin('retry');
    await approval.client.ApproveKeyRequest({ requestId }, asking(reviewer));
    // The timer is still there: the read model has not seen the decision.
    approval.advance(5 * MINUTE_MS);
    expect(await approval.performDueWork()).toBe(1);
    expect(approval.webhook.questions).toHaveLength(1);
    expect(await viewIn(approval, requestId)).toMatchObject({ status: 'approved', decision: { decidedBy: 'rita' } });
  });

  it('continues after the crash of a replica that had claimed it', async () => {
    const store = new FaultyEventStore(new InMemoryEventStore());
    approval = await approvalInMemory({ plugins: [http(), approvesAll], eventStore: store });
    const requestId = await submitTo(approval);
    await approval.settle();
    approval.webhook.decide('DENY');
    store.failBeforeNextAppendTo('keyRequest');
    await expect(nextRun()).rejects.toMatchObject({ code: 'unavailable' });
    expect(await viewIn(approval, requestId)).toMatchObject({ status: 'submitted' });
    expect(await nextRun()).toBe(1);
    expect(await viewIn(approval, requestId)).toMatchObject({ status: 'denied' });
  });

  it('is asked about again seconds after a run that the event store did not take', async () => {
    const store = new FaultyEventStore(new InMemoryEventStore());
    approval = await approvalInMemory({ plugins: [http(), approvesAll], eventStore: store });
    const requestId = await submitTo(approval);
    await approval.settle();
    approval.webhook.decide('APPROVE');
    store.failBeforeNextAppendTo('keyRequest');
    await expect(nextRun()).rejects.toMatchObject({ code: 'unavailable' });
    expect(await approval.performDueWork()).toBe(0);
    approval.advance(2_000);
    expect(await approval.performDueWork()).toBe(1);
    expect(await viewIn(approval, requestId)).toMatchObject({ status: 'approved' });
  });
});

describe('the evaluation of a request', () => {
  it('happens once, however often its event arrives', async () => {
    const approval = await approvalInMemory({ plugins: [http()] });
    const requestId = await submitTo(approval);
    await approval.settle();
    const [submitted] = approval.published;
    if (submitted === undefined) throw new Error('nothing published');
    await approval.hear(submitted);
    await Promise.all([approval.hear(submitted), approval.hear(submitted)]);
    expect((await viewIn(approval, requestId))?.evaluations).toHaveLength(1);
    expect(approval.webhook.questions).toHaveLength(1);
  });

  it('counts once when two replicas run it at the same moment', async () => {
    const approval = await approvalInMemory({ plugins: [http()] });
    approval.webhook.decide('APPROVE');
    const requestId = await submitTo(approval);
    const events = await approval.stored();
    const [submitted] = events.flatMap((each) => publishedEventOf(approvalPublication, each)?.event ?? []);
    if (submitted === undefined) throw new Error('nothing published');
    await Promise.all([approval.hear(submitted), approval.hear(submitted), approval.hear(submitted)]);
    const types = (await approval.stored()).filter(({ stream }) => stream.endsWith(requestId)).map(({ type }) => type);
    expect(types).toEqual(['KeyRequestSubmitted', 'KeyRequestEvaluated', 'KeyRequestApproved']);
  });

  it('ends in the dead letters when there is no such request', async () => {
    const source = await approvalInMemory({ plugins: [] });
    await submitTo(source);
    await source.settle();
    const elsewhere = await approvalInMemory({ plugins: [] });
    const [submitted] = source.published;
    if (submitted === undefined) throw new Error('nothing published');
    await expect(elsewhere.hear(submitted)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('the policy', () => {
  const policiesIn = async (approval: ApprovalInMemory) =>
    (await approval.stored()).filter(({ type }) => type === 'PolicyPublished').map(({ data }) => data);

  it('is published once by replicas with the same chain, and anew when the chain changes', async () => {
    const eventStore = new InMemoryEventStore();
    const start = (plugins: readonly ApprovalPluginConfig[]) => approvalInMemory({ plugins, eventStore });
    const replicas = [await start([approvesAll]), await start([approvesAll])] as const;
    await Promise.all(replicas.map((approval, index) => submitTo(approval, `model-${index}`)));
    await Promise.all(replicas.map((approval) => approval.settle()));
    expect(await policiesIn(replicas[0])).toMatchObject([{ version: 1 }]);

    const changed = await start([approvesAll, http()]);
    const requestId = await submitTo(changed, 'another');
    await changed.settle();
    expect(await policiesIn(changed)).toMatchObject([{ version: 1 }, { version: 2 }]);
    expect(await viewIn(changed, requestId)).toMatchObject({ evaluations: [{ policyVersion: 2 }] });
  });

  it('shows no secret of the configuration', async () => {
    const approval = await approvalInMemory({ plugins: [http('review')] });
    await submitTo(approval);
    await approval.settle();
    expect(await policiesIn(approval)).toMatchObject([
      { rules: [{ rule: 'http', endpoint: 'https://policy.example.com/approve', isSigned: true, onError: 'review' }] },
    ]);
    expect(JSON.stringify(await policiesIn(approval))).not.toContain('secret');
  });
});
