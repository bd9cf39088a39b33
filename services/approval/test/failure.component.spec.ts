import { beforeEach, describe, expect, it } from '@jest/globals';
import { DeliveryFailed, DeliverySucceeded } from '@keyledger/contracts-delivery';
import { LeaseIssued, LeaseIssueFailed } from '@keyledger/contracts-vault';
import { newId } from '@keyledger/event-sourcing';
import { InMemoryEventStore } from '@keyledger/event-sourcing/testing';
import {
  type IntegrationEvent,
  type IntegrationEventDefinition,
  servicePrincipal,
  toActor,
} from '@keyledger/messaging';
import { admin, asking, requester, reviewer } from './approval-client.ts';
import { type ApprovalInMemory, approvalInMemory } from './approval-in-memory.ts';
import { FaultyEventStore } from './faulty-event-store.ts';

const QUARTER_HOUR_MS = 15 * 60_000;

const email = 'ada@example.com';
const terms = { modelId: 'claude-3', email, delivery: { channel: 'emailLink' as const } };
const approvesAll = [{ name: 'whitelist', config: { list: ['*'] }, onError: 'retry', line: 1 }] as const;

const fact = (definition: IntegrationEventDefinition, data: object): IntegrationEvent => {
  const { service, category, type, version } = definition;
  return {
    id: newId(),
    service,
    category,
    streamId: newId(),
    type,
    version,
    occurredAt: '2026-01-05T08:00:10.000Z',
    correlationId: newId(),
    causationId: newId(),
    actor: toActor(servicePrincipal(service)),
    position: '1',
    data: definition.schema.parse(data),
  };
};

const lease = (requestId: string) => ({ leaseId: newId(), requestId, generation: 1 });
const delivery = (requestId: string) => ({ deliveryId: newId(), requestId, leaseId: newId(), channel: 'emailLink' });
const issueFailed = (requestId: string) =>
  fact(LeaseIssueFailed, { ...lease(requestId), cause: 'issuer-unavailable', message: 'LiteLLM does not answer' });
const deliveryFailed = (requestId: string) =>
  fact(DeliveryFailed, { ...delivery(requestId), cause: 'mailbox-unknown', message: 'No such mailbox' });
const delivered = (requestId: string) => fact(DeliverySucceeded, delivery(requestId));

describe('an approved request', () => {
  let approval: ApprovalInMemory;
  let store: FaultyEventStore;
  let requestId: string;

  beforeEach(async () => {
    store = new FaultyEventStore(new InMemoryEventStore());
    approval = await approvalInMemory({ plugins: approvesAll, eventStore: store });
    requestId = await submit();
    await approval.settle();
  });

  const submit = async () => {
    const reply = await approval.client.SubmitKeyRequest(terms, asking({ ...requester(email), proof: 'session' }));
    if (reply.outcome === 'refused') throw new Error(reply.code);
    return reply.result.requestId ?? '';
  };
  const view = () => approval.client.GetKeyRequest({ requestId }, asking(admin));
  const retry = (principal = admin) => approval.client.RetryKeyRequest({ requestId }, asking(principal));
  const lastPublished = async () => {
    await approval.settle();
    return approval.published.at(-1);
  };

  it('is fulfilled when its key was delivered, once', async () => {
    const event = delivered(requestId);
    await approval.hear(event);
    await approval.hear(event);
    await approval.hear(delivered(requestId));
    expect(await view()).toMatchObject({ status: 'fulfilled', decision: { outcome: 'approved' } });
    expect(await lastPublished()).toMatchObject({
      type: 'KeyRequestFulfilled',
      correlationId: requestId,
      causationId: event.id,
      actor: { id: 'service:approval' },
    });
    expect(approval.published.filter(({ type }) => type === 'KeyRequestFulfilled')).toHaveLength(1);
  });

  it.each([
    ['issuing', issueFailed, 'issuer-unavailable'],
    ['delivery', deliveryFailed, 'mailbox-unknown'],
  ] as const)('fails with step and cause when %s gave up, and is not denied', async (step, failed, cause) => {
    await approval.hear(failed(requestId));
    const seen = await view();
    expect(seen).toMatchObject({ status: 'failed', failure: { step, cause }, decision: { outcome: 'approved' } });
    expect(await lastPublished()).toMatchObject({ type: 'KeyRequestFailed', data: { requestId, step, cause } });
  });

  it('is fulfilled although it failed, when the delivery arrived after all', async () => {
    await approval.hear(deliveryFailed(requestId));
    await approval.hear(delivered(requestId));
    const seen = await view();
    expect(seen).toMatchObject({ status: 'fulfilled' });
    expect(seen).not.toHaveProperty('failure');
  });

  it('stays fulfilled when a failure arrives late', async () => {
    await approval.hear(delivered(requestId));
    await approval.hear(deliveryFailed(requestId));
    expect(await view()).toMatchObject({ status: 'fulfilled' });
  });

  it('ignores events of other kinds and repeats none of its own', async () => {
    const before = (await approval.stored()).length;
    await approval.hear(
      fact(LeaseIssued, {
        ...lease(requestId),
        issuer: 'litellm',
        owner: email,
        modelIds: ['claude-3'],
        mask: '****',
        delivery: { channel: 'emailLink' },
        gatewayUrl: 'http://localhost:4000',
      }),
    );
    expect((await approval.stored()).length).toBe(before);
  });

  it('sends a fact about an unknown request to the dead letters', async () => {
    await expect(approval.hear(delivered(newId()))).rejects.toMatchObject({ code: 'not-found' });
    await expect(approval.hear(issueFailed(newId()))).rejects.toMatchObject({ code: 'not-found' });
  });

  describe('that failed', () => {
    const failure = () => issueFailed(requestId);
    let failed: IntegrationEvent;
    beforeEach(async () => {
      failed = failure();
      await approval.hear(failed);
    });

    it('is retried by an administrator at the step that gave up', async () => {
      expect(await retry()).toMatchObject({ outcome: 'accepted', result: { status: 'approved' } });
      expect(await lastPublished()).toMatchObject({ type: 'KeyRequestRetried', data: { requestId, step: 'issuing' } });
    });

    it('is retried once by a repetition', async () => {
      await retry();
      expect(await retry()).toMatchObject({ outcome: 'ignored', result: { status: 'approved' } });
      await approval.settle();
      expect(approval.published.filter(({ type }) => type === 'KeyRequestRetried')).toHaveLength(1);
    });

    it('is not failed again by the failure that is known', async () => {
      await retry();
      await approval.hear(failed);
      expect(await view()).toMatchObject({ status: 'approved' });
    });

    it('fails and is retried again, as often as needed', async () => {
      for (let round = 1; round <= 3; round += 1) {
        expect(await retry()).toMatchObject({ outcome: 'accepted' });
        await approval.hear(failure());
        expect(await view()).toMatchObject({ status: 'failed' });
      }
    });

    it('is not retried by others', async () => {
      for (const principal of [reviewer, requester(email), servicePrincipal('vault')])
        expect(await retry(principal)).toMatchObject({ outcome: 'refused', code: 'not-an-administrator' });
    });

    it('does not stand in the way of a new request, which then stands in its way', async () => {
      const next = await submit();
      expect(next).not.toBe(requestId);
      expect(await retry()).toMatchObject({ outcome: 'refused', code: 'another-request-open' });
      await approval.settle();
      await approval.hear(delivered(next));
      expect(await retry()).toMatchObject({ outcome: 'accepted' });
      expect(await submit()).toBe(requestId);
    });

    it('is open again for those who ask, when the writer died in the middle of the retry', async () => {
      store.failBeforeNextAppendTo('keyRequest');
      await expect(retry()).rejects.toMatchObject({ code: 'unavailable' });
      expect(await view()).toMatchObject({ status: 'failed' });
      expect(await submit()).toBe(requestId);
      expect(await view()).toMatchObject({ status: 'approved' });
    });

    it('is retried by asking again, when the writer died in the middle of the retry', async () => {
      store.failBeforeNextAppendTo('keyRequest');
      await expect(retry()).rejects.toMatchObject({ code: 'unavailable' });
      expect(await retry()).toMatchObject({ result: { status: 'approved' } });
      await approval.settle();
      expect(approval.published.filter(({ type }) => type === 'KeyRequestRetried')).toHaveLength(1);
    });

    it('is not retried while another submission is half done', async () => {
      store.failBeforeNextAppendTo('keyRequest');
      await expect(submit()).rejects.toMatchObject({ code: 'unavailable' });
      expect(await retry()).toMatchObject({ outcome: 'refused', code: 'another-request-open' });
    });
  });

  it('is not retried while nothing failed', async () => {
    expect(await retry()).toMatchObject({ outcome: 'refused', code: 'not-failed' });
    approval.advance(QUARTER_HOUR_MS - 1);
    expect(await retry()).toMatchObject({ outcome: 'refused', code: 'not-failed' });
  });

  describe('that comes to no end', () => {
    beforeEach(() => approval.advance(QUARTER_HOUR_MS));

    it('says since when it can be retried', async () =>
      expect(await view()).toMatchObject({ status: 'approved', retryableFrom: '2026-01-05T08:15:00.000Z' }));

    it('is taken up again by an administrator: what was decided is told once more, and nothing is decided anew', async () => {
      const before = approval.published.find(({ type }) => type === 'KeyRequestApproved');
      expect(await retry()).toMatchObject({ outcome: 'accepted', result: { status: 'approved' } });
      expect(await lastPublished()).toMatchObject({ type: 'KeyRequestResumed', actor: { id: admin.id } });
      expect(approval.announced).toEqual([before]);
    });

    it('is taken up once by a repetition, and again after another quarter of an hour', async () => {
      await retry();
      expect(await retry()).toMatchObject({ outcome: 'ignored', result: { status: 'approved' } });
      approval.advance(QUARTER_HOUR_MS);
      expect(await retry()).toMatchObject({ outcome: 'accepted' });
      await approval.settle();
      expect(approval.published.filter(({ type }) => type === 'KeyRequestResumed')).toHaveLength(2);
      expect(approval.announced.map(({ type }) => type)).toEqual(['KeyRequestApproved', 'KeyRequestApproved']);
    });

    it('tells its last retry as well', async () => {
      await approval.hear(issueFailed(requestId));
      await retry();
      approval.advance(QUARTER_HOUR_MS);
      await retry();
      await approval.settle();
      expect(approval.announced.map(({ type }) => type)).toEqual(['KeyRequestApproved', 'KeyRequestRetried']);
    });

    it('is not taken up by others', async () => {
      for (const principal of [reviewer, requester(email), servicePrincipal('vault')])
        expect(await retry(principal)).toMatchObject({ outcome: 'refused', code: 'not-an-administrator' });
    });

    it('keeps its pair, also against a new request', async () => {
      await retry();
      expect(await submit()).toBe(requestId);
    });

    it('takes the failure that it had missed', async () => {
      await retry();
      await approval.hear(issueFailed(requestId));
      expect(await view()).toMatchObject({ status: 'failed' });
    });
  });

  it('is not found when it does not exist', async () =>
    expect(await approval.client.RetryKeyRequest({ requestId: newId() }, asking(admin))).toMatchObject({
      code: 'key-request-not-found',
    }));
});
