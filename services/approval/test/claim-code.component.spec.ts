import { beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@keyledger/event-sourcing';
import { admin, asking, requester } from './approval-client.ts';
import { type ApprovalInMemory, approvalInMemory } from './approval-in-memory.ts';

const email = 'ada@example.com';
const anybody = requester('eve@elsewhere.org');
const MINUTE_MS = 60_000;

describe('the claim code of a request', () => {
  let approval: ApprovalInMemory;
  let requestId: string;
  let code: string;

  beforeEach(async () => {
    approval = await approvalInMemory({ plugins: [] });
    const reply = await approval.client.SubmitKeyRequest(
      { modelId: 'claude-3', email, delivery: { channel: 'emailLink' } },
      asking(requester(email)),
    );
    if (reply.outcome === 'refused' || reply.result.claimCode === undefined) throw new Error('no code');
    ({ requestId, claimCode: code } = reply.result as { requestId: string; claimCode: string });
  });

  const prove = (presented: string, id = requestId) =>
    approval.client.ProveClaim({ requestId: id, code: presented }, asking(anybody));
  /** A code that differs in its last character. */
  const wrong = () => `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`;

  it('proves who submitted the request', async () =>
    expect(await prove(code)).toEqual({ outcome: 'accepted', result: { requestId, email } }));

  it('is understood as people type it', async () => {
    const spellings = [
      code.toLowerCase(),
      code.replace('-', ''),
      ` ${code.replace('-', ' – ')} `,
      code.replaceAll('0', 'o').replaceAll('1', 'l'),
      code.replaceAll('0', 'O').replaceAll('1', 'I'),
    ];
    for (const spelling of spellings) expect(await prove(spelling)).toMatchObject({ outcome: 'accepted' });
  });

  it('opens no other request', async () => {
    const other = await approval.client.SubmitKeyRequest(
      { modelId: 'gpt-4o', email, delivery: { channel: 'emailLink' } },
      asking(requester(email)),
    );
    const otherId = other.outcome === 'refused' ? '' : other.result.requestId;
    expect(await prove(code, otherId)).toMatchObject({ outcome: 'refused', code: 'wrong-code' });
  });

  it('is wrong for a request that does not exist, as for any other', async () => {
    const stranger = await prove(code, newId());
    expect(stranger).toEqual(await prove(wrong()));
    expect(stranger).toMatchObject({ outcome: 'refused', code: 'wrong-code' });
  });

  it('is locked after five mistakes, for the right code as well, and opens again after the pause', async () => {
    for (let mistake = 0; mistake < 5; mistake += 1) {
      expect(await prove(wrong())).toMatchObject({ outcome: 'refused', code: 'wrong-code' });
    }
    expect(await prove(code)).toMatchObject({ outcome: 'refused', code: 'locked' });
    approval.advance(15 * MINUTE_MS - 1);
    expect(await prove(code)).toMatchObject({ outcome: 'refused', code: 'locked' });
    approval.advance(1);
    expect(await prove(code)).toMatchObject({ outcome: 'accepted' });
  });

  it('still opens the link when strangers who know the id of the request have locked it', async () => {
    for (let mistake = 0; mistake < 6; mistake += 1) await prove(wrong());
    expect(await prove(code)).toMatchObject({ outcome: 'refused', code: 'locked' });
    const withLink = { requestId, code, link: `${newId()}.1` };
    expect(await approval.client.ProveClaim(withLink, asking(anybody))).toMatchObject({ outcome: 'accepted' });
  });

  it('leaves each mistake in the history, with whoever made it, and none of it is published', async () => {
    await prove(wrong());
    await approval.settle();
    const rejected = (await approval.stored()).filter(({ type }) => type === 'ClaimCodeRejected');
    expect(rejected).toMatchObject([{ data: { rejections: 1 }, metadata: { actor: { id: anybody.id } } }]);
    expect(approval.published.map(({ type }) => type)).not.toContain('ClaimCodeRejected');
  });

  it('counts mistakes that are made at the same moment', async () => {
    const replies = await Promise.all(Array.from({ length: 5 }, () => prove(wrong())));
    expect(replies.every((reply) => reply.outcome === 'refused')).toBe(true);
    expect(await prove(code)).toMatchObject({ outcome: 'refused', code: 'locked' });
  });

  it('does not show up in what others can see', async () =>
    expect(JSON.stringify(await approval.client.GetKeyRequest({ requestId }, asking(admin)))).not.toMatch(/claim/i));
});
