import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ApprovalPluginConfig } from '@keyledger/config';
import { openPostgresEventStore } from '@keyledger/event-store-postgres';
import { type EventStore, newId, type Position, streamName } from '@keyledger/event-sourcing';
import { servicePrincipal, toActor } from '@keyledger/messaging';
import { ProjectionRunner } from '@keyledger/projections-postgres';
import { Pool } from 'pg';
import { postgresDueWorkTable } from '../src/adapters/postgres/postgres.due-work.ts';
import { postgresKeyRequestTable } from '../src/adapters/postgres/postgres.key-request-list.ts';
import { dueWorkProjection } from '../src/application/projections/due-work.projection.ts';
import { keyRequestsProjection } from '../src/application/projections/key-requests.projection.ts';
import { admin, asking, requester, reviewer } from './approval-client.ts';
import { type ApprovalStack, startApprovalStack } from './approval-stack.ts';

jest.setTimeout(60_000);

const NOW = '2026-01-05T08:00:00.000Z';

const chain: readonly ApprovalPluginConfig[] = [
  { name: 'blacklist', config: { list: ['grok/*'] }, onError: 'retry', line: 1 },
  { name: 'humanintheloop', config: { email: 'rita@example.com', patterns: ['claude*'] }, onError: 'retry', line: 2 },
  { name: 'email', config: { pattern: '*@example.com' }, onError: 'retry', line: 3 },
];

describe('approval on PostgreSQL and NATS', () => {
  let stack: ApprovalStack;
  let healthUrl: string;
  let eventStore: EventStore;
  let pool: Pool;
  let projections: ProjectionRunner;

  beforeAll(async () => {
    stack = await startApprovalStack(chain);
    ({ healthUrl } = await stack.startReplica());
    eventStore = openPostgresEventStore(stack.database.urlFor('approval'));
    pool = new Pool({ connectionString: stack.database.urlFor('approval') });
    projections = new ProjectionRunner({
      eventStore,
      pool,
      projections: [keyRequestsProjection(postgresKeyRequestTable), dueWorkProjection(postgresDueWorkTable)],
    });
  });

  afterAll(async () => {
    await pool.end();
    await eventStore.close();
    await stack.close();
  });

  const submit = async (email: string, modelId: string) => {
    const reply = await stack.client.SubmitKeyRequest(
      { email, modelId, delivery: { channel: 'emailLink' } },
      asking(requester(email)),
    );
    if (reply.outcome === 'refused') throw new Error(reply.message);
    return reply.result.requestId ?? '';
  };
  const view = (requestId: string) => stack.client.GetKeyRequest({ requestId }, asking(admin));
  const untilReadModelsAreUpToDate = async () => {
    let last: Position | undefined;
    for await (const { position } of eventStore.readAll()) last = position;
    if (last === undefined) throw new Error('nothing stored');
    for (const name of ['key_requests', 'due_work']) await projections.awaitCheckpoint(name, last);
  };
  const dueWork = async () =>
    (await pool.query('select request_id, kind, due_at, attempt from due_work order by 1')).rows;

  it('is ready', async () => {
    const response = await fetch(`${healthUrl}/health/ready`);
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('"status":"ready"')]);
  });

  it('approves what the policy approves, with the trace of the rules', async () => {
    const requestId = await submit('ada@example.com', 'gpt-4o');
    await stack.heard.untilTypeOf(requestId, 'KeyRequestApproved');
    expect(stack.heard.of(requestId)).toEqual(['KeyRequestSubmitted', 'KeyRequestApproved']);
    expect(await view(requestId)).toMatchObject({
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

  it('denies what the policy denies', async () => {
    const requestId = await submit('ada@example.com', 'grok/1');
    await stack.heard.untilTypeOf(requestId, 'KeyRequestDenied');
    expect(await view(requestId)).toMatchObject({ status: 'denied', decision: { decidedBy: 'service:approval' } });
  });

  it('expires a review that nobody ends', async () => {
    await stack.stopReplicas();
    const limits = { retryIntervalMs: 60_000, maxAttempts: 3, reviewExpiresAfterMs: 500 };
    await stack.startReplica({ limits });
    const requestId = await submit('late@example.com', 'claude-3');
    await stack.heard.untilTypeOf(requestId, 'KeyRequestExpired');
    expect(await view(requestId)).toMatchObject({ status: 'expired' });
    await stack.stopReplicas();
    ({ healthUrl } = await stack.startReplica());
  });

  it('has read models that can be rebuilt while it runs', async () => {
    const inReview = await submit('rebuild@example.com', 'claude-3');
    await stack.heard.untilTypeOf(inReview, 'KeyRequestSentToReview');
    const decided = await submit('rebuild2@example.com', 'claude-3');
    await stack.heard.untilTypeOf(decided, 'KeyRequestSentToReview');
    await stack.client.ApproveKeyRequest({ requestId: decided }, asking(reviewer));
    const list = () => stack.client.ListKeyRequests({ first: 200 }, asking(admin));

    await untilReadModelsAreUpToDate();
    const [listed, timers] = [await list(), await dueWork()];
    expect(listed.items.map(({ requestId, status }) => [requestId, status]).slice(0, 2)).toEqual([
      [decided, 'approved'],
      [inReview, 'in-review'],
    ]);
    expect(timers).toMatchObject([{ request_id: inReview, kind: 'expire' }]);

    await projections.rebuild('key_requests');
    await projections.rebuild('due_work');
    await untilReadModelsAreUpToDate();
    expect(await list()).toEqual(listed);
    expect(await dueWork()).toEqual(timers);
  });

  it('says that a projection was stopped by an event it cannot read, and goes on otherwise', async () => {
    const id = newId();
    const metadata = {
      actor: toActor(servicePrincipal('approval')),
      correlationId: id,
      causationId: id,
      occurredAt: NOW,
    };
    const unknown = { id, type: 'KeyRequestForgotten', schemaVersion: 1, data: {}, metadata };
    const before = await dueWork();
    await eventStore.append(streamName('keyRequest', id), [unknown], 'no-stream');
    const ready = async () => (await fetch(`${healthUrl}/health/ready`)).json() as Promise<{ components: object }>;
    const isStopped = ({ components }: { components: object }) => JSON.stringify(components).includes('key_requests');
    let report = await ready();
    while (!isStopped(report)) report = await ready();
    expect(report.components).toMatchObject({ projections: { status: 'degraded', reason: 'Stopped: key_requests' } });
    const requestId = await submit('after@example.com', 'grok/2');
    expect(await view(requestId)).toMatchObject({ requestId });
    expect(await dueWork()).toEqual(before);
  });

  it('touches no category but its own, and no schema but its own', async () => {
    await expect(pool.query('select 1 from vault.leases')).rejects.toThrow('permission denied');
    const { rows } = await pool.query<{ own: string[] }>('select event_store.readable_categories() as own');
    expect(rows[0]?.own.sort()).toEqual(['approvalPolicy', 'keyRequest', 'keyRequestSlot']);
  });
});
