import { beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@keyledger/event-sourcing';
import { InMemoryEventStore } from '@keyledger/event-sourcing/testing';
import { admin, asking, claimant, requester, reviewer } from './approval-client.ts';
import { type ApprovalInMemory, approvalInMemory } from './approval-in-memory.ts';
import { FaultyEventStore } from './faulty-event-store.ts';

const terms = { modelId: 'claude-3', email: 'Ada@Example.com', delivery: { channel: 'emailLink' as const } };
const ada = requester('Ada@Example.com');
const reviewsAll = [
  { name: 'humanintheloop', config: { email: 'rita@example.com', patterns: ['*'] }, onError: 'retry', line: 1 },
] as const;

const KEY = '4c1f0f5e-9a3b-4d2e-8f10-6b7a5c3d2e1f';
const OTHER_KEY = 'b7d90c2a-15e6-4f83-9a41-0d8e3c5f7b62';
const CODE = /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/;

describe('submitting a request', () => {
  let approval: ApprovalInMemory;
  let store: FaultyEventStore;

  beforeEach(async () => {
    store = new FaultyEventStore(new InMemoryEventStore());
    approval = await approvalInMemory({ plugins: reviewsAll, eventStore: store });
  });

  const submit = (...[input, options]: Parameters<ApprovalInMemory['client']['SubmitKeyRequest']>) =>
    approval.client.SubmitKeyRequest(input, options);
  const accepted = async (...args: Parameters<typeof submit>) => {
    const reply = await submit(...args);
    if (reply.outcome === 'refused') throw new Error(reply.code);
    return reply.result;
  };
  const close = async (requestId = '') => {
    const reply = await approval.client.DenyKeyRequest({ requestId, reason: 'No' }, asking(reviewer));
    expect(reply.outcome).toBe('accepted');
  };
  const typesStored = async () => (await approval.stored()).map(({ type }) => type);

  it('answers with id, status and a claim code', async () => {
    expect(await submit(terms, asking(ada))).toEqual({
      outcome: 'accepted',
      result: { requestId: expect.any(String), status: 'submitted', claimCode: expect.stringMatching(CODE) },
    });
  });

  it('gives everything that follows the id of the request as correlation', async () => {
    const { requestId } = await accepted(terms, asking(ada));
    await approval.settle();
    const ofRequest = (await approval.stored()).filter(({ stream }) => !stream.startsWith('approvalPolicy-'));
    expect(ofRequest.map(({ type }) => type)).toEqual([
      'SlotTaken',
      'KeyRequestSubmitted',
      'KeyRequestEvaluated',
      'KeyRequestSentToReview',
    ]);
    expect(new Set(ofRequest.map(({ metadata }) => metadata.correlationId))).toEqual(new Set([requestId]));
  });

  it('keeps the address as it was typed', async () => {
    const { requestId = '' } = await accepted(terms, asking(ada));
    expect(await approval.client.GetKeyRequest({ requestId }, asking(admin))).toMatchObject({
      email: 'Ada@Example.com',
    });
  });

  it('stores the claim code nowhere', async () => {
    const { claimCode } = await accepted(terms, asking(ada));
    await approval.settle();
    const everything = JSON.stringify([
      (await approval.stored()).map(({ data, metadata }) => [data, metadata]),
      approval.published,
      await approval.client.ListKeyRequests({ first: 50 }, asking(admin)),
    ]);
    expect(everything).not.toContain(claimCode);
    expect(everything).not.toContain(claimCode?.replace('-', ''));
  });

  describe('for an address', () => {
    it.each([
      ['that was typed in another spelling', requester('ADA@example.com'), 'accepted'],
      ['of somebody else', requester('eve@example.com'), 'refused'],
      ['of somebody else, as administrator', admin, 'accepted'],
      ['of somebody else, as reviewer', reviewer, 'refused'],
      [
        'of somebody else, with the role of an administrator and a typed address',
        { ...requester('e@x.org'), roles: ['admin' as const] },
        'refused',
      ],
      ['with the claim code of another request', claimant('Ada@Example.com', newId()), 'refused'],
    ])('%s', async (_what, principal, outcome) => {
      const reply = await submit(terms, asking(principal));
      expect(reply).toMatchObject(outcome === 'refused' ? { outcome, code: 'not-your-address' } : { outcome });
      if (outcome === 'refused') expect(await approval.stored()).toEqual([]);
    });
  });

  describe('again', () => {
    it('with the same key answers the same, code included, and writes nothing', async () => {
      const first = await accepted({ ...terms, idempotencyKey: KEY }, asking(ada));
      const stored = await typesStored();
      const again = await submit({ ...terms, email: 'ada@example.com', idempotencyKey: KEY }, asking(ada));
      expect(again).toEqual({ outcome: 'ignored', because: expect.any(String), result: first });
      expect(await typesStored()).toEqual(stored);
    });

    it('with the same key answers the same after the request was decided', async () => {
      const first = await accepted({ ...terms, idempotencyKey: KEY }, asking(ada));
      await close(first.requestId);
      expect(await submit({ ...terms, idempotencyKey: KEY }, asking(ada))).toMatchObject({
        outcome: 'ignored',
        result: { ...first, status: 'denied' },
      });
    });

    it('with the same key and other terms is refused', async () => {
      await accepted({ ...terms, idempotencyKey: KEY }, asking(ada));
      expect(await submit({ ...terms, duration: '7d', idempotencyKey: KEY }, asking(ada))).toMatchObject({
        outcome: 'refused',
        code: 'idempotency-key-reused',
      });
    });

    it('as the same message answers the same, code included', async () => {
      const options = asking(ada, { messageId: newId() });
      const first = await accepted(terms, options);
      expect(await submit(terms, options)).toMatchObject({ outcome: 'ignored', result: first });
      await close(first.requestId);
      expect(await submit(terms, options)).toMatchObject({
        outcome: 'ignored',
        result: { ...first, status: 'denied' },
      });
    });

    it('for the same pair answers with the open request, without its code', async () => {
      const { requestId } = await accepted(terms, asking(ada));
      for (const options of [asking({ ...ada, proof: 'session' }), asking(admin)]) {
        const reply = await submit({ ...terms, email: 'ADA@EXAMPLE.COM' }, options);
        expect(reply).toEqual({
          outcome: 'ignored',
          because: expect.any(String),
          result: { requestId, status: 'submitted' },
        });
      }
    });

    it('for the same pair by somebody who types the address tells that it is open, and no more', async () => {
      await accepted({ ...terms, idempotencyKey: KEY }, asking(ada));
      const stored = await typesStored();
      for (const [typed, idempotencyKey] of [['Ada@Example.com'], ['ada@EXAMPLE.com', OTHER_KEY]] as const) {
        const input = { ...terms, email: typed, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) };
        expect(await submit(input, asking(requester(typed)))).toEqual({
          outcome: 'ignored',
          because: expect.any(String),
          result: {},
        });
      }
      expect(await typesStored()).toEqual(stored);
    });

    it('with a key that a stranger comes upon is not taken at all', async () => {
      for (const idempotencyKey of ['1', 'ada-1', 'a'.repeat(40)]) {
        await expect(submit({ ...terms, idempotencyKey }, asking(ada))).rejects.toMatchObject({ code: 'malformed' });
        expect((await submit({ ...terms, idempotencyKey }, asking(admin))).outcome).not.toBe('refused');
      }
    });

    it('with the key of somebody else does not show the code either', async () => {
      const first = await accepted({ ...terms, idempotencyKey: KEY }, asking(ada));
      const reply = await submit({ ...terms, idempotencyKey: KEY }, asking(admin));
      expect(reply).toMatchObject({ outcome: 'ignored', result: { requestId: first.requestId } });
      expect(reply).not.toHaveProperty('result.claimCode');
    });

    it('by somebody who only types the address of a signed-in person does not show the code', async () => {
      const signedIn = { ...ada, proof: 'session' as const };
      await accepted({ ...terms, idempotencyKey: KEY }, asking(signedIn));
      const reply = await submit({ ...terms, idempotencyKey: KEY }, asking(ada));
      expect(reply).toEqual({ outcome: 'ignored', because: expect.any(String), result: {} });
    });

    it('for another model or address is another request', async () => {
      const first = await accepted(terms, asking(ada));
      const model = await accepted({ ...terms, modelId: 'claude-4' }, asking(ada));
      const address = await accepted({ ...terms, email: 'bob@example.com' }, asking(requester('bob@example.com')));
      expect(new Set([first, model, address].map(({ requestId }) => requestId)).size).toBe(3);
      expect(new Set([first, model, address].map(({ claimCode }) => claimCode)).size).toBe(3);
    });

    it('after the first was decided is a new request', async () => {
      const first = await accepted(terms, asking(ada));
      await close(first.requestId);
      const second = await submit(terms, asking(ada));
      expect(second).toMatchObject({ outcome: 'accepted', result: { status: 'submitted' } });
      expect(second).not.toHaveProperty('result.requestId', first.requestId);
    });
  });

  describe('when the writer dies between slot and request', () => {
    it('is finished by the repetition, with the same code', async () => {
      const input = { ...terms, idempotencyKey: KEY };
      store.failBeforeNextAppendTo('keyRequest');
      await expect(submit(input, asking(ada))).rejects.toMatchObject({ code: 'unavailable' });
      expect(await typesStored()).toEqual(['SlotTaken']);
      const reply = await submit(input, asking(ada));
      expect(reply).toMatchObject({ outcome: 'accepted', result: { claimCode: expect.stringMatching(CODE) } });
      expect(await submit(input, asking(ada))).toEqual({ ...reply, outcome: 'ignored', because: expect.any(String) });
      expect(await typesStored()).toEqual(['SlotTaken', 'KeyRequestSubmitted']);
    });

    it('is finished by whoever asks next, under the id that holds the slot', async () => {
      store.failBeforeNextAppendTo('keyRequest');
      const input = { ...terms, justification: 'first', idempotencyKey: KEY };
      await expect(submit(input, asking(ada))).rejects.toMatchObject({ code: 'unavailable' });
      const next = await accepted({ ...terms, justification: 'second', idempotencyKey: OTHER_KEY }, asking(admin));
      expect(next.claimCode).toMatch(CODE);
      const [slot] = await approval.stored();
      expect(slot?.data).toMatchObject({ requestId: next.requestId });
      // The first asker learns that there is a request, and gets neither its id nor its code.
      expect(await submit(input, asking(ada))).toEqual({
        outcome: 'ignored',
        because: expect.any(String),
        result: {},
      });
    });

    it('gives the first asker a request of its own once that one is over', async () => {
      store.failBeforeNextAppendTo('keyRequest');
      const input = { ...terms, idempotencyKey: KEY };
      await expect(submit(input, asking(ada))).rejects.toMatchObject({ code: 'unavailable' });
      const { requestId } = await accepted({ ...terms, idempotencyKey: OTHER_KEY }, asking(admin));
      await close(requestId);
      const own = await submit(input, asking(ada));
      expect(own).toMatchObject({ outcome: 'accepted', result: { claimCode: expect.stringMatching(CODE) } });
      expect(own).not.toHaveProperty('result.requestId', requestId);
    });
  });

  it.each(['keyRequestSlot', 'keyRequest'])(
    'is one request although its writer did not hear that %s was written',
    async (category) => {
      const options = asking(ada, { messageId: newId() });
      store.failAfterNextAppendTo(category);
      await expect(submit(terms, options)).rejects.toMatchObject({ code: 'unavailable' });
      const { claimCode } = await accepted(terms, options);
      expect(claimCode).toMatch(CODE);
      expect(await typesStored()).toEqual(['SlotTaken', 'KeyRequestSubmitted']);
    },
  );
});
