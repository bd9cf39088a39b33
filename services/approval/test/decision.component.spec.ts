import { beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import { servicePrincipal } from '@keyledger/messaging';
import { admin, asking, auditor, claimant, requester, reviewer } from './approval-client.ts';
import { type ApprovalInMemory, approvalInMemory } from './approval-in-memory.ts';

const DAY_MS = 24 * 60 * 60_000;
const email = 'ada@example.com';
const reviewsAll = [
  { name: 'humanintheloop', config: { email: 'rita@example.com', patterns: ['*'] }, onError: 'retry', line: 1 },
] as const;

describe('requests in review', () => {
  let approval: ApprovalInMemory;

  beforeEach(async () => {
    approval = await approvalInMemory({ plugins: reviewsAll });
  });

  const submit = async (modelId: string, address = email) => {
    const reply = await approval.client.SubmitKeyRequest(
      { modelId, email: address, justification: 'Course', delivery: { channel: 'emailLink' } },
      asking(requester(address)),
    );
    await approval.settle();
    if (reply.outcome === 'refused') throw new Error(reply.code);
    return reply.result.requestId ?? '';
  };
  const view = (requestId: string, principal = admin) =>
    approval.client.GetKeyRequest({ requestId }, asking(principal));

  it('wait for a reviewer, who is told what was asked for and until when', async () => {
    const requestId = await submit('claude-3');
    expect(await view(requestId)).toMatchObject({ status: 'in-review', expiresAt: '2026-01-19T08:00:00.000Z' });
    expect(approval.published.at(-1)).toMatchObject({
      type: 'KeyRequestSentToReview',
      data: { requestId, modelId: 'claude-3', email, justification: 'Course', reviewers: ['rita@example.com'] },
    });
  });

  it('are approved with the name of the reviewer, and published without the justification', async () => {
    const requestId = await submit('claude-3');
    expect(await approval.client.ApproveKeyRequest({ requestId, comment: 'Fine' }, asking(reviewer))).toMatchObject({
      outcome: 'accepted',
      result: { status: 'approved', decision: { decidedBy: 'rita', reason: 'Fine', outcome: 'approved' } },
    });
    await approval.settle();
    expect(approval.published.at(-1)).toMatchObject({
      type: 'KeyRequestApproved',
      actor: { id: 'rita' },
      correlationId: requestId,
      data: { requestId, modelId: 'claude-3', email, delivery: { channel: 'emailLink' }, approvedBy: 'rita' },
    });
    expect(JSON.stringify(approval.published.at(-1)?.data)).not.toContain('Course');
  });

  it('are not approved when their model was withdrawn meanwhile, and can be denied', async () => {
    const requestId = await submit('claude-3');
    approval.withdraw('claude-3');
    expect(await approval.client.ApproveKeyRequest({ requestId }, asking(reviewer))).toMatchObject({
      outcome: 'refused',
      code: 'model-not-found',
    });
    expect(await view(requestId)).toMatchObject({ status: 'in-review' });
    expect(await approval.client.DenyKeyRequest({ requestId, reason: 'Gone' }, asking(reviewer))).toMatchObject({
      outcome: 'accepted',
    });
  });

  it('are not approved while nobody can say whether their model is offered', async () => {
    const requestId = await submit('claude-3');
    approval.registryFailsWith(new AppError('unavailable', 'The registry is away'));
    await expect(approval.client.ApproveKeyRequest({ requestId }, asking(reviewer))).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(await view(requestId)).toMatchObject({ status: 'in-review' });
  });

  it('are still recognised as approved when the model was withdrawn after that', async () => {
    const requestId = await submit('claude-3');
    await approval.client.ApproveKeyRequest({ requestId }, asking(reviewer));
    approval.withdraw('claude-3');
    expect(await approval.client.ApproveKeyRequest({ requestId }, asking(reviewer))).toMatchObject({
      outcome: 'ignored',
      result: { status: 'approved' },
    });
  });

  it('are denied with a reason', async () => {
    const requestId = await submit('claude-3');
    expect(
      await approval.client.DenyKeyRequest({ requestId, reason: '  Use llama  ' }, asking(reviewer)),
    ).toMatchObject({ outcome: 'accepted', result: { status: 'denied', decision: { reason: 'Use llama' } } });
  });

  it('are decided once: the second reviewer is refused, a repetition ignored', async () => {
    const requestId = await submit('claude-3');
    await approval.client.ApproveKeyRequest({ requestId }, asking(reviewer));
    expect(await approval.client.ApproveKeyRequest({ requestId }, asking(reviewer))).toMatchObject({
      outcome: 'ignored',
      result: { status: 'approved' },
    });
    expect(await approval.client.ApproveKeyRequest({ requestId }, asking(admin))).toMatchObject({
      code: 'already-decided',
    });
    expect(await approval.client.DenyKeyRequest({ requestId, reason: 'No' }, asking(reviewer))).toMatchObject({
      code: 'already-decided',
    });
  });

  it('end in one decision when two reviewers decide at the same moment', async () => {
    const requestId = await submit('claude-3');
    const replies = await Promise.all([
      approval.client.ApproveKeyRequest({ requestId }, asking(reviewer)),
      approval.client.DenyKeyRequest({ requestId, reason: 'No' }, asking(admin)),
    ]);
    expect(replies.map(({ outcome }) => outcome).sort()).toEqual(['accepted', 'refused']);
  });

  it.each([
    ['somebody who typed an address', requester('rita@example.com')],
    [
      'somebody who typed an address and calls himself a reviewer',
      { ...requester('rita'), roles: ['reviewer' as const] },
    ],
    ['the holder of the claim code', claimant(email, newId())],
    ['an auditor', auditor],
    ['another service', servicePrincipal('vault')],
  ])('are not decided by %s', async (_who, principal) => {
    const requestId = await submit('claude-3');
    expect(await approval.client.ApproveKeyRequest({ requestId }, asking(principal))).toMatchObject({
      code: 'not-a-reviewer',
    });
    expect(await approval.client.DenyKeyRequest({ requestId, reason: 'No' }, asking(principal))).toMatchObject({
      code: 'not-a-reviewer',
    });
    expect(await view(requestId)).toMatchObject({ status: 'in-review' });
  });

  it('are not approved by the one who gets the key', async () => {
    const requestId = await submit('claude-3', 'Rita@example.com');
    const rita = { ...reviewer, id: 'rita@EXAMPLE.com' };
    expect(await approval.client.ApproveKeyRequest({ requestId }, asking(rita))).toMatchObject({ code: 'own-request' });
  });

  it('are not found when they do not exist', async () => {
    const requestId = newId();
    expect(await approval.client.ApproveKeyRequest({ requestId }, asking(admin))).toMatchObject({
      code: 'key-request-not-found',
    });
    expect(await view(requestId)).toBeNull();
  });

  it('expire when nobody decides, and not earlier', async () => {
    const requestId = await submit('claude-3');
    approval.advance(14 * DAY_MS - 1);
    expect(await approval.performDueWork()).toBe(0);
    approval.advance(1);
    expect(await approval.performDueWork()).toBe(1);
    await approval.settle();
    expect(await view(requestId)).toMatchObject({ status: 'expired', decision: { outcome: 'expired' } });
    expect(approval.published.at(-1)).toMatchObject({
      type: 'KeyRequestExpired',
      actor: { id: 'service:approval' },
      correlationId: requestId,
      causationId: (await approval.stored()).find(({ type }) => type === 'KeyRequestSentToReview')?.id,
    });
    approval.advance(DAY_MS);
    expect(await approval.performDueWork()).toBe(0);
  });

  it('do not expire once they are decided', async () => {
    const requestId = await submit('claude-3');
    await approval.client.ApproveKeyRequest({ requestId }, asking(reviewer));
    // The timer is still there: the read model has not seen the decision.
    approval.advance(15 * DAY_MS);
    expect(await approval.performDueWork()).toBe(1);
    expect(await view(requestId)).toMatchObject({ status: 'approved' });
    await approval.settle();
    approval.advance(DAY_MS);
    expect(await approval.performDueWork()).toBe(0);
  });

  describe('are seen', () => {
    it.each([
      ['an administrator', admin, true],
      ['a reviewer', reviewer, true],
      ['an auditor', auditor, true],
      ['another service', servicePrincipal('vault'), true],
      ['somebody who typed the address', requester(email), false],
      [
        'somebody who typed an address and calls himself an auditor',
        { ...requester('x@y.org'), roles: ['auditor' as const] },
        false,
      ],
      ['the holder of another code', claimant(email, newId()), false],
    ])('by %s: %#', async (_who, principal, isSeen) => {
      const requestId = await submit('claude-3');
      expect((await view(requestId, principal)) !== null).toBe(isSeen);
    });

    it('by the holder of their code', async () => {
      const requestId = await submit('claude-3');
      expect(await view(requestId, claimant(email, requestId))).toMatchObject({ requestId });
    });
  });

  describe('are listed', () => {
    it('newest first, page by page, with filters', async () => {
      const ids: string[] = [];
      for (const modelId of ['a', 'b', 'c', 'd', 'e']) {
        ids.unshift(await submit(modelId));
        approval.advance(1_000);
      }
      await approval.client.ApproveKeyRequest({ requestId: ids[1] as string }, asking(reviewer));
      await approval.settle();
      const list = (also: object) => approval.client.ListKeyRequests({ first: 2, ...also }, asking(auditor));
      const one = await list({});
      const two = await list({ after: one.next });
      const three = await list({ after: two.next });
      expect([one, two, three].flatMap(({ items }) => items.map(({ requestId }) => requestId))).toEqual(ids);
      expect(three).not.toHaveProperty('next');
      expect((await list({ statuses: ['approved'] })).items).toMatchObject([{ requestId: ids[1], status: 'approved' }]);
      expect((await list({ email: 'ADA@EXAMPLE.COM', modelId: 'c' })).items).toHaveLength(1);
      expect((await list({ email: 'bob@example.com' })).items).toEqual([]);
    });

    it.each([
      ['somebody who typed an address', requester(email)],
      ['the holder of a code', claimant(email, newId())],
      ['another service', servicePrincipal('vault')],
    ])('but not for %s', async (_who, principal) => {
      await expect(approval.client.ListKeyRequests({ first: 2 }, asking(principal))).rejects.toMatchObject({
        code: 'forbidden',
      });
    });

    it.each(['nonsense', '', Buffer.from('["2026-01-05T08:00:00.000Z","x"]').toString('base64url')])(
      'not behind a cursor that is none: %j',
      async (after) => {
        await expect(approval.client.ListKeyRequests({ first: 2, after }, asking(admin))).rejects.toMatchObject({
          code: 'malformed',
        });
      },
    );
  });
});
