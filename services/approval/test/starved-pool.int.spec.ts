import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { PG_POOL, type RunningService } from '@keyledger/nest-kit';
import type { Pool, PoolClient } from 'pg';
import { asking, requester } from './approval-client.ts';
import { type ApprovalStack, startApprovalStack } from './approval-stack.ts';
import { decide, FarEnd } from './far-end.ts';

jest.setTimeout(60_000);

const email = 'ada@example.com';

describe('a replica whose connections to PostgreSQL are all taken for a while', () => {
  let stack: ApprovalStack;
  let far: FarEnd;
  let replica: RunningService;

  beforeAll(async () => {
    far = await FarEnd.open();
    stack = await startApprovalStack([
      {
        name: 'http',
        config: { endpoint: far.url(), timeoutMs: 2_000, secret: undefined, allowPrivate: ['127.0.0.1'] },
        onError: 'retry',
        line: 1,
      },
    ]);
    replica = await stack.startReplica({
      limits: { retryIntervalMs: 200, maxAttempts: 1_000, reviewExpiresAfterMs: 60_000 },
    });
  });

  afterAll(async () => {
    await stack.close();
    await far.close();
  });

  /** Takes connections until the pool has none left to give; more than one wait then ended in vain. */
  const starve = async (pool: Pool): Promise<readonly PoolClient[]> => {
    pool.options.connectionTimeoutMillis = 500;
    const taken: PoolClient[] = [];
    for (let refusals = 0; refusals < 8;) {
      try {
        taken.push(await pool.connect());
      } catch {
        refusals += 1;
      }
    }
    return taken;
  };

  it('goes on with what is due as soon as there are connections again', async () => {
    far.answering = (response) => response.writeHead(503).end();
    const reply = await stack.client.SubmitKeyRequest(
      { email, modelId: 'gpt-4o', delivery: { channel: 'emailLink' } },
      asking(requester(email)),
    );
    if (reply.outcome === 'refused') throw new Error(reply.message);
    const { requestId = '' } = reply.result;
    await stack.heard.untilTypeOf(requestId, 'KeyRequestDeferred', 2);

    const taken = await starve(replica.app.get<Pool>(PG_POOL));
    far.answering = decide('APPROVE');
    for (const client of taken) client.release();

    await stack.heard.untilTypeOf(requestId, 'KeyRequestApproved');
    expect(stack.heard.of(requestId).at(-1)).toBe('KeyRequestApproved');
  });
});
