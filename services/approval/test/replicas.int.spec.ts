import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ApprovalPluginConfig } from '@keyledger/config';
import { newId } from '@keyledger/event-sourcing';
import { openPostgresEventStore } from '@keyledger/event-store-postgres';
import type { RunningService } from '@keyledger/nest-kit';
import { admin, asking, requester, reviewer } from './approval-client.ts';
import { type ApprovalStack, startApprovalStack } from './approval-stack.ts';
import { factPublisher } from './fact-publisher.ts';
import { decide, FarEnd } from './far-end.ts';

const allowPrivate = ['127.0.0.1'];

jest.setTimeout(60_000);

describe('two replicas of approval', () => {
  let stack: ApprovalStack;
  let far: FarEnd;
  let replicas: RunningService[];

  beforeAll(async () => {
    far = await FarEnd.open();
    const chain: ApprovalPluginConfig[] = [
      { name: 'humanintheloop', config: { email: 'r@example.com', patterns: ['claude*'] }, onError: 'retry', line: 1 },
      {
        name: 'http',
        config: { endpoint: far.url(), timeoutMs: 2_000, secret: undefined, allowPrivate },
        onError: 'retry',
        line: 2,
      },
    ];
    stack = await startApprovalStack(chain);
    const limits = { retryIntervalMs: 200, maxAttempts: 100, reviewExpiresAfterMs: 60_000 };
    replicas = [await stack.startReplica({ limits }), await stack.startReplica({ limits })];
  });

  afterAll(async () => {
    await stack.close();
    await far.close();
  });

  const submit = async (email: string, modelId: string) => {
    const reply = await stack.client.SubmitKeyRequest(
      { email, modelId, delivery: { channel: 'emailLink' } },
      asking({ ...requester(email), proof: 'session' }),
    );
    if (reply.outcome === 'refused') throw new Error(reply.message);
    return { outcome: reply.outcome, ...reply.result, requestId: reply.result.requestId ?? '' };
  };
  const typesOf = async (requestId: string) => {
    const store = openPostgresEventStore(stack.database.urlFor('approval'));
    try {
      const types: string[] = [];
      for await (const { type } of store.readStream(`keyRequest-${requestId}`)) types.push(type);
      return types;
    } finally {
      await store.close();
    }
  };

  it('publish one policy', async () => {
    const { requestId } = await submit('policy@example.com', 'gpt-4o');
    await stack.heard.untilTypeOf(requestId, 'KeyRequestApproved');
    expect(await stack.client.GetKeyRequest({ requestId }, asking(admin))).toMatchObject({
      evaluations: [{ policyVersion: 1 }],
    });
    const store = openPostgresEventStore(stack.database.urlFor('approval'));
    const published: string[] = [];
    for await (const { type } of store.readStream('approvalPolicy-default')) published.push(type);
    await store.close();
    expect(published).toEqual(['PolicyPublished']);
  });

  it('give everybody who asks for a pair at the same moment one request, and decide it once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => submit('crowd@example.com', 'gpt-4o')));
    expect(new Set(answers.map(({ requestId }) => requestId)).size).toBe(1);
    expect(answers.filter(({ claimCode }) => claimCode !== undefined)).toHaveLength(1);
    const { requestId } = answers[0] as { requestId: string };
    await stack.heard.untilTypeOf(requestId, 'KeyRequestApproved');
    expect(await typesOf(requestId)).toEqual(['KeyRequestSubmitted', 'KeyRequestEvaluated', 'KeyRequestApproved']);
  });

  it('take one of two decisions that are made at the same moment', async () => {
    const { requestId } = await submit('both@example.com', 'claude-3');
    await stack.heard.untilTypeOf(requestId, 'KeyRequestSentToReview');
    const replies = await Promise.all([
      stack.client.ApproveKeyRequest({ requestId }, asking(reviewer)),
      stack.client.DenyKeyRequest({ requestId, reason: 'No' }, asking(admin)),
    ]);
    expect(replies.map(({ outcome }) => outcome).sort()).toEqual(['accepted', 'refused']);
  });

  it('count wrong claim codes together', async () => {
    const { requestId, claimCode = '' } = await submit('guess@example.com', 'claude-3');
    const guess = () => stack.client.ProveClaim({ requestId, code: 'WRONG-CODE' }, asking(requester('eve@x.org')));
    const replies = await Promise.all(Array.from({ length: 12 }, guess));
    const codes = replies.map((reply) => (reply.outcome === 'refused' ? reply.code : reply.outcome));
    expect(codes.filter((code) => code === 'wrong-code')).toHaveLength(5);
    expect(codes.filter((code) => code === 'locked')).toHaveLength(7);
    expect(
      await stack.client.ProveClaim({ requestId, code: claimCode }, asking(requester('guess@example.com'))),
    ).toMatchObject({ outcome: 'refused', code: 'locked' });
  });

  it('share the timers: each waiting request is decided once', async () => {
    far.answering = (response) => response.writeHead(503).end();
    const ids = (await Promise.all(Array.from({ length: 10 }, (_, n) => submit(`wait${n}@example.com`, 'gpt-4o')))).map(
      ({ requestId }) => requestId,
    );
    for (const requestId of ids) await stack.heard.untilTypeOf(requestId, 'KeyRequestDeferred', 2);
    far.answering = decide('APPROVE');
    for (const requestId of ids) await stack.heard.untilTypeOf(requestId, 'KeyRequestApproved');
    for (const requestId of ids) {
      const types = await typesOf(requestId);
      expect(types.filter((type) => type === 'KeyRequestApproved')).toHaveLength(1);
      const attempts = (await stack.client.GetKeyRequest({ requestId }, asking(admin)))?.evaluations.length;
      expect(types.filter((type) => type === 'KeyRequestEvaluated')).toHaveLength(attempts ?? 0);
    }
  });

  it('close requests by what vault and delivery publish', async () => {
    const vault = factPublisher(await stack.connect('vault'), 'vault');
    const delivery = factPublisher(await stack.connect('delivery'), 'delivery');
    const { requestId } = await submit('path@example.com', 'gpt-4o');
    await stack.heard.untilTypeOf(requestId, 'KeyRequestApproved');

    const lease = { leaseId: newId(), generation: 1 };
    await vault.publish('LeaseIssueFailed', requestId, { ...lease, cause: 'issuer', message: 'No answer' });
    await stack.heard.untilTypeOf(requestId, 'KeyRequestFailed');
    expect(await stack.client.GetKeyRequest({ requestId }, asking(admin))).toMatchObject({
      status: 'failed',
      failure: { step: 'issuing', cause: 'issuer' },
    });
    await stack.client.RetryKeyRequest({ requestId }, asking(admin));
    const delivered = { deliveryId: newId(), leaseId: lease.leaseId, channel: 'emailLink' };
    await delivery.publish('DeliveryFailed', requestId, { ...delivered, cause: 'mailbox', message: 'Unknown mailbox' });
    await stack.heard.untilTypeOf(requestId, 'KeyRequestFailed', 2);
    await delivery.publish('DeliverySucceeded', requestId, delivered);
    await stack.heard.untilTypeOf(requestId, 'KeyRequestFulfilled');
    expect(stack.heard.of(requestId)).toEqual([
      'KeyRequestSubmitted',
      'KeyRequestApproved',
      'KeyRequestFailed',
      'KeyRequestRetried',
      'KeyRequestFailed',
      'KeyRequestFulfilled',
    ]);
    await vault.close();
    await delivery.close();
  });

  it('tell an approval once more when its request is taken up again', async () => {
    const { requestId } = await submit('again@example.com', 'gpt-4o');
    await stack.heard.untilTypeOf(requestId, 'KeyRequestApproved');
    const approval = factPublisher(await stack.connect('approval'), 'approval');
    await approval.publish('KeyRequestResumed', requestId, { modelId: 'gpt-4o', email: 'again@example.com' });
    const approvals = () =>
      stack.heard.all.filter(({ streamId, type }) => streamId === requestId && type === 'KeyRequestApproved');
    await stack.heard.until(() => approvals().length === 2);
    expect(approvals()[1]).toEqual(approvals()[0]);
    await approval.close();
  });

  it('lose nothing when one of them ends while a webhook is being asked', async () => {
    far.answering = () => undefined;
    const { requestId } = await submit('stop@example.com', 'gpt-4o');
    await far.untilAskedFor(requestId);
    far.answering = decide('APPROVE');
    await replicas[0]?.stop();
    await stack.heard.untilTypeOf(requestId, 'KeyRequestApproved');
    const types = await typesOf(requestId);
    expect(types.filter((type) => type === 'KeyRequestApproved')).toHaveLength(1);
  });
});
