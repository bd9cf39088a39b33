import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ApprovalPluginConfig, OnError } from '@keyledger/config';
import { admin, asking, requester } from './approval-client.ts';
import { type ApprovalStack, startApprovalStack } from './approval-stack.ts';
import { type Answering, type Asked, decide, FarEnd } from './far-end.ts';

const email = 'ada@example.com';

jest.setTimeout(60_000);

describe('a webhook that misbehaves', () => {
  let stack: ApprovalStack;
  let far: FarEnd;
  let internal: FarEnd;
  /** What the far end does, by the model that it is asked about. */
  const behaviours = new Map<string, Answering>();

  beforeAll(async () => {
    far = await FarEnd.open();
    internal = await FarEnd.open();
    far.answering = (response, asked) => behaviours.get(modelOf(asked))?.(response, asked);
    stack = await startApprovalStack(chain('retry'));
    await stack.startReplica({ limits: { retryIntervalMs: 200, maxAttempts: 3, reviewExpiresAfterMs: 60_000 } });
  });

  afterAll(async () => {
    await stack.close();
    await far.close();
    await internal.close();
  });

  const modelOf = ({ body }: Asked) => (JSON.parse(body) as { model: string }).model;

  /** The webhook first, and behind it a rule that would approve everything. */
  const chain = (onError: OnError, allowPrivate = ['127.0.0.1']): ApprovalPluginConfig[] => [
    {
      name: 'http',
      config: { endpoint: far.url(), timeoutMs: 300, secret: undefined, allowPrivate },
      onError,
      line: 1,
    },
    { name: 'whitelist', config: { list: ['*'] }, onError, line: 2 },
  ];

  const submit = async (modelId: string, behaviour: Answering) => {
    behaviours.set(modelId, behaviour);
    const reply = await stack.client.SubmitKeyRequest(
      { email, modelId, delivery: { channel: 'emailLink' } },
      asking(requester(email)),
    );
    if (reply.outcome === 'refused') throw new Error(reply.message);
    return reply.result.requestId ?? '';
  };
  const view = (requestId: string) => stack.client.GetKeyRequest({ requestId }, asking(admin));

  it('is asked again, then the request goes to review: never approved, never denied, never on to the next rule', async () => {
    const misbehaviours: Record<string, Answering> = {
      hangs: () => undefined,
      'begins and hangs': (response) => response.write('{"decision":'),
      'answers nonsense': (response) => response.end('APPROVE'),
      'answers a list': (response) => response.end('[{"decision":"APPROVE"}]'),
      'answers null': (response) => response.end('{"decision":null}'),
      'answers with an error': (response) => response.writeHead(500).end('{"decision":"APPROVE"}'),
      'redirects to a loopback address': (response) =>
        response.writeHead(302, { location: internal.url() }).end('{"decision":"APPROVE"}'),
      'breaks the connection': (response) => response.socket?.destroy(),
    };
    const submitted = Object.entries(misbehaviours).map(async ([name, behaviour]) => submit(name, behaviour));
    for (const requestId of await Promise.all(submitted)) {
      await stack.heard.untilTypeOf(requestId, 'KeyRequestSentToReview');
      expect(stack.heard.of(requestId)).toEqual([
        'KeyRequestSubmitted',
        'KeyRequestDeferred',
        'KeyRequestDeferred',
        'KeyRequestSentToReview',
      ]);
      expect(await view(requestId)).toMatchObject({
        status: 'in-review',
        evaluations: ['deferred', 'deferred', 'review'].map((outcome) => ({
          outcome,
          verdicts: [{ rule: 'http', verdict: 'unavailable' }],
        })),
      });
      expect(far.asked.filter(({ body }) => body.includes(requestId))).toHaveLength(3);
    }
    expect(internal.asked).toHaveLength(0);
  });

  it('and comes back in time decides', async () => {
    const requestId = await submit('back in time', (response) => response.writeHead(503).end());
    await stack.heard.untilTypeOf(requestId, 'KeyRequestDeferred');
    behaviours.set('back in time', decide('DENY'));
    await stack.heard.untilTypeOf(requestId, 'KeyRequestDenied');
    expect((await view(requestId))?.decision).toMatchObject({ outcome: 'denied', decidedBy: 'service:approval' });
  });

  it('and stays silent for longer than the process lives is asked again by the next one', async () => {
    const requestId = await submit('silent', () => undefined);
    await far.untilAskedFor(requestId);
    await stack.stopReplicas();
    behaviours.set('silent', decide('APPROVE'));
    await stack.startReplica({ limits: { retryIntervalMs: 200, maxAttempts: 3, reviewExpiresAfterMs: 60_000 } });
    await stack.heard.untilTypeOf(requestId, 'KeyRequestApproved');
    expect((await view(requestId))?.decision).toMatchObject({ outcome: 'approved' });
  });

  it('is not even called at a loopback address that is not allowed', async () => {
    await stack.stopReplicas();
    await stack.startReplica({ plugins: chain('review', []) });
    const requestId = await submit('loopback', decide('APPROVE'));
    await stack.heard.untilTypeOf(requestId, 'KeyRequestSentToReview');
    expect((await view(requestId))?.evaluations[0]?.verdicts).toMatchObject([
      { rule: 'http', verdict: 'unavailable', reason: expect.stringContaining('not allowed') },
    ]);
    expect(far.asked.filter(({ body }) => body.includes(requestId))).toEqual([]);
  });
});
