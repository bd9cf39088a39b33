import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { deriveId, newId } from '@keyledger/event-sourcing';
import { clientOf, deadLetterOperations } from '@keyledger/messaging';
import type { ReadyReport, RunningService } from '@keyledger/nest-kit';
import { admin, asking, requester } from './approval-client.ts';
import { type ApprovalStack, startApprovalStack } from './approval-stack.ts';
import { factPublisher } from './fact-publisher.ts';

jest.setTimeout(60_000);

const email = 'ada@example.com';
const idempotencyKey = 'later';
/** The id that the request will have, once it is submitted. */
const requestId = deriveId('keyRequest', `session:${email}`, idempotencyKey);
const reactor = 'fulfil-key-request-when-delivery-succeeded';

describe('an event that a reactor of approval cannot digest', () => {
  let stack: ApprovalStack;
  let service: RunningService;

  beforeAll(async () => {
    stack = await startApprovalStack([{ name: 'whitelist', config: { list: ['*'] }, onError: 'retry', line: 1 }]);
    service = await stack.startReplica();
  });
  afterAll(() => stack.close());

  const letters = () => clientOf(stack.requestReply, deadLetterOperations('approval'));
  const asAdmin = () => asking(admin, { timeoutMs: 20_000 });
  const listed = () => letters().ListDeadLetters({ first: 10 }, asAdmin());
  const readiness = async () => (await (await fetch(`${service.healthUrl}/health/ready`)).json()) as ReadyReport;
  const metrics = async () => (await fetch(`${service.healthUrl}/metrics`)).text();

  it('waits in sight of administrators until they have it replayed, and is then handled', async () => {
    expect(await readiness()).toMatchObject({ status: 'ready', components: { 'dead-letters': { status: 'up' } } });
    const delivery = factPublisher(await stack.connect('delivery'), 'delivery');
    const delivered = { deliveryId: newId(), leaseId: newId(), channel: 'emailLink' };
    await delivery.publish('DeliverySucceeded', requestId, delivered);
    while ((await listed()).total === 0);

    const { deadLetters } = await listed();
    const [letter] = deadLetters;
    expect(deadLetters).toMatchObject([
      { reactor, cause: { code: 'not-found' }, event: { type: 'DeliverySucceeded', correlationId: requestId } },
    ]);
    expect(await readiness()).toMatchObject({
      status: 'ready',
      components: { 'dead-letters': { status: 'degraded', reason: expect.stringContaining(`1 of ${reactor}`) } },
    });
    expect(await metrics()).toMatch(new RegExp(`messaging_dead_letters\\{[^}]*reactor="${reactor}"[^}]*\\} 1`));

    const replay = () => letters().ReplayDeadLetter({ reactor, id: letter?.id ?? '' }, asAdmin());
    expect(await replay()).toMatchObject({ outcome: 'refused', code: 'dead-letter-failed-again' });
    const submitted = await stack.client.SubmitKeyRequest(
      { email, modelId: 'gpt-4o', delivery: { channel: 'emailLink' }, idempotencyKey },
      asking({ ...requester(email), proof: 'session' }),
    );
    expect(submitted).toMatchObject({ outcome: 'accepted', result: { requestId } });
    await stack.heard.untilTypeOf(requestId, 'KeyRequestApproved');
    expect(await replay()).toMatchObject({ outcome: 'accepted' });
    await stack.heard.untilTypeOf(requestId, 'KeyRequestFulfilled');
    expect((await listed()).total).toBe(0);
    expect(await readiness()).toMatchObject({ components: { 'dead-letters': { status: 'up' } } });
    await delivery.close();
  });
});
