import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApprovalPluginConfig } from '@keyledger/config';
import { admin, asking, requester } from './approval-client.ts';
import { type ApprovalStack, startApprovalStack } from './approval-stack.ts';

const chain: readonly ApprovalPluginConfig[] = [
  { name: 'blacklist', config: { list: ['grok/*'] }, onError: 'review', line: 1 },
  { name: 'humanintheloop', config: { email: 'rita@example.com', patterns: ['claude*'] }, onError: 'review', line: 2 },
  { name: 'email', config: { pattern: '*@example.com' }, onError: 'review', line: 3 },
];

const delivery = { channel: 'emailLink' as const };

describe('approval on PostgreSQL and NATS', () => {
  let stack: ApprovalStack;

  beforeAll(async () => {
    stack = await startApprovalStack(chain);
    await stack.startReplica();
  }, 60_000);

  afterAll(() => stack.close());

  const submit = async (email: string, modelId: string) => {
    const reply = await stack.client.SubmitKeyRequest({ email, modelId, delivery }, asking(requester(email)));
    if (reply.outcome === 'refused') throw new Error(reply.message);
    return reply.result;
  };

  it('approves what the policy approves, with the trace of the rules', async () => {
    const { requestId } = await submit('ada@example.com', 'gpt-4o');
    await stack.heard.untilTypeOf(requestId, 'KeyRequestApproved');
    expect(stack.heard.of(requestId)).toEqual(['KeyRequestSubmitted', 'KeyRequestApproved']);
    expect(await stack.client.GetKeyRequest({ requestId }, asking(admin))).toMatchObject({
      status: 'approved',
      decision: { outcome: 'approved', decidedBy: 'service:approval' },
      evaluations: [
        {
          policyVersion: 1,
          outcome: 'approved',
          verdicts: [
            { rule: 'blacklist', verdict: 'continue' },
            { rule: 'humanintheloop', verdict: 'continue' },
            { rule: 'email', verdict: 'approve' },
          ],
        },
      ],
    });
  });
});
