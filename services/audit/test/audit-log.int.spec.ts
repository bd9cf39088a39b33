import { type AuditEvent, auditEventSchema } from '@keyledger/contracts-audit';
import {
  deriveId,
  type EventStore,
  newId,
  type NewEvent,
  type Position,
  type StreamName,
  streamName,
} from '@keyledger/event-sourcing';
import { openPostgresEventStore } from '@keyledger/event-store-postgres';
import type { Principal } from '@keyledger/messaging';
import { migrateService, ProjectionRunner } from '@keyledger/projections-postgres';
import { testPostgres, type TestDatabase, type TestPostgres, testPool } from '@keyledger/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { postgresAuditLog, postgresAuditLogRows } from '../src/adapters/postgres/postgres.audit-log.ts';
import { auditLogProjection } from '../src/application/projections/audit-log.projection.ts';
import { getKeyHistory } from '../src/application/queries/get-key-history.query.ts';
import { listAuditEvents } from '../src/application/queries/list-audit-events.query.ts';

jest.setTimeout(60_000);

const auditor: Principal = { kind: 'user', id: 'olga', roles: ['auditor'], proof: 'basic' };
const member: Principal = { kind: 'user', id: 'ada@example.org', roles: ['member'], proof: 'address' };
const holderOf = (requestId: string): Principal => ({ ...member, proof: 'claim-code', requestId });

const requestId = newId();
const otherRequestId = newId();
const leaseId = deriveId('lease', requestId);
const slot = streamName('keyRequestSlot', deriveId('slot', 'ada', 'gpt-4'));

const event = (type: string, correlationId: string, data: unknown = {}, actorId = 'service:test'): NewEvent => ({
  id: newId(),
  type,
  schemaVersion: 1,
  data,
  metadata: {
    actor: { kind: 'service', id: actorId, proof: 'service', roles: ['service'] },
    correlationId,
    causationId: newId(),
    occurredAt: '2026-03-01T10:00:00.000Z',
  },
});

describe('the audit log on PostgreSQL', () => {
  let server: TestPostgres;
  let database: TestDatabase;
  let pool: pg.Pool;
  let projections: ProjectionRunner;
  const stores: EventStore[] = [];
  const stop = new AbortController();
  let running: Promise<void>;
  let end: Position;

  const open = (service: 'approval' | 'vault' | 'audit'): EventStore => {
    const store = openPostgresEventStore(database.urlFor(service));
    stores.push(store);
    return store;
  };
  const find = (filter: Parameters<ReturnType<typeof listAuditEvents>>[0]['filter'], first = 50, after?: string) =>
    listAuditEvents(postgresAuditLog(pool))({ filter, first, after }, auditor);
  const history = (id: string, principal = auditor) =>
    getKeyHistory(postgresAuditLog(pool))({ id, first: 50 }, principal);
  const typesOf = (items: readonly AuditEvent[]): string[] => items.map(({ type }) => type);

  beforeAll(async () => {
    server = await testPostgres();
    database = await server.createDatabase();
    const directory = fileURLToPath(new URL('../migrations', import.meta.url));
    await migrateService({ databaseUrl: database.urlFor('audit'), schema: 'audit', directory });
    pool = testPool(database.urlFor('audit'));
    const [approval, vault] = [open('approval'), open('vault')];
    const write = async (
      store: EventStore,
      stream: StreamName,
      list: NewEvent[],
      expected: bigint | 'no-stream' = 'no-stream',
    ) => (end = (await store.append(stream, list, expected)).position);
    const request = streamName('keyRequest', requestId);
    await write(approval, slot, [event('SlotTaken', requestId)]);
    await write(approval, request, [event('KeyRequestSubmitted', requestId, { modelId: 'gpt-4' }, 'ada@example.org')]);
    await write(approval, request, [event('KeyRequestDenied', requestId, { reason: 'not now' }, 'olga')], 0n);
    await write(vault, streamName('secret', newId()), [
      event('SecretSealed', requestId, { envelope: { sealed: 'CIPHERTEXT' } }),
    ]);
    await write(vault, streamName('lease', leaseId), [
      event('LeaseStarted', requestId),
      event('LeaseIssued', requestId),
    ]);
    await write(approval, slot, [event('SlotTaken', otherRequestId)], 0n);
    await write(approval, streamName('keyRequest', otherRequestId), [event('KeyRequestSubmitted', otherRequestId)]);
    await write(vault, streamName('lease', leaseId), [event('LeaseRevealed', newId())], 1n);
    projections = new ProjectionRunner({
      eventStore: open('audit'),
      pool,
      projections: [auditLogProjection(postgresAuditLogRows)],
    });
    running = projections.run(stop.signal);
    await projections.awaitCheckpoint('audit-log', end);
  });

  afterAll(async () => {
    stop.abort();
    await running;
    await Promise.all(stores.map((store) => store.close()));
    await pool.end();
    await database.drop();
    await server.stop();
  });

  it('shows every event of every service in one order, in the shape of the contract', async () => {
    const { items } = await find({});
    expect(typesOf(items)).toEqual([
      'SlotTaken',
      'KeyRequestSubmitted',
      'KeyRequestDenied',
      'SecretSealed',
      'LeaseStarted',
      'LeaseIssued',
      'SlotTaken',
      'KeyRequestSubmitted',
      'LeaseRevealed',
    ]);
    for (const item of items) expect(auditEventSchema.parse(item)).toEqual(item);
    expect(items.map(({ position }) => position)).toEqual(items.map(({ position }) => position).sort());
    expect(items[2]).toMatchObject({
      reason: 'not now',
      actor: { id: 'olga' },
      correlationId: requestId,
      revision: '1',
    });
  });

  it('holds no ciphertext', async () => {
    const { rows } = await pool.query<{ text: string }>('select audit_log::text as text from audit_log');
    expect(rows).toHaveLength(9);
    expect(rows.filter(({ text }) => text.includes('CIPHERTEXT'))).toEqual([]);
    expect((await find({ types: ['SecretSealed'] })).items[0]?.data).toEqual({
      envelope: { sealed: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
    });
  });

  it('pages without a gap or a repetition, whatever the size', async () => {
    for (const size of [1, 2, 4, 9, 50]) {
      const all: AuditEvent[] = [];
      let after: string | undefined;
      do {
        const page = await find({}, size, after);
        all.push(...page.items);
        after = page.next;
      } while (after !== undefined);
      expect(all).toEqual((await find({})).items);
    }
  });

  it('filters by each condition and by several at once', async () => {
    expect(typesOf((await find({ categories: ['lease'] })).items)).toEqual([
      'LeaseStarted',
      'LeaseIssued',
      'LeaseRevealed',
    ]);
    expect(typesOf((await find({ types: ['SlotTaken', 'LeaseIssued'] })).items)).toEqual([
      'SlotTaken',
      'LeaseIssued',
      'SlotTaken',
    ]);
    expect(typesOf((await find({ actorId: 'olga' })).items)).toEqual(['KeyRequestDenied']);
    expect(typesOf((await find({ stream: slot })).items)).toEqual(['SlotTaken', 'SlotTaken']);
    expect((await find({ correlationId: otherRequestId })).items).toHaveLength(2);
    expect((await find({ categories: ['lease'], types: ['SlotTaken'] })).items).toEqual([]);
    expect((await find({ to: '2026-01-01T00:00:00.000Z' })).items).toEqual([]);
    expect((await find({ from: '2026-01-01T00:00:00.000Z', to: '9999-01-01T00:00:00.000Z' })).items).toHaveLength(9);
  });

  it.each([
    ['request', requestId],
    ['lease', leaseId],
  ])('gathers the history of a key from the id of its %s', async (_what, id) => {
    const { items } = await history(id);
    expect(typesOf(items)).toEqual([
      'SlotTaken',
      'KeyRequestSubmitted',
      'KeyRequestDenied',
      'SecretSealed',
      'LeaseStarted',
      'LeaseIssued',
      'LeaseRevealed',
    ]);
  });

  it('shows a history to auditors and to the holder of the claim code, and to nobody else', async () => {
    expect((await history(requestId, holderOf(requestId))).items).toHaveLength(7);
    expect((await history(leaseId, holderOf(requestId))).items).toHaveLength(7);
    expect((await history(requestId, holderOf(otherRequestId))).items).toEqual([]);
    expect((await history(requestId, member)).items).toEqual([]);
    expect((await history(requestId, { ...auditor, proof: 'address' })).items).toEqual([]);
    expect((await history(newId())).items).toEqual([]);
  });

  it('refuses the log to others and refuses cursors that no page gave out', async () => {
    const list = listAuditEvents(postgresAuditLog(pool));
    await expect(list({ filter: {}, first: 1 }, member)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(list({ filter: {}, first: 1 }, { ...auditor, proof: 'address' })).rejects.toThrow('Only auditors');
    await expect(list({ filter: {}, first: 1 }, holderOf(requestId))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(find({}, 1, "' or 1=1")).rejects.toMatchObject({ code: 'malformed' });
  });

  it('is the same after a rebuild', async () => {
    const before = await find({});
    await projections.rebuild('audit-log');
    await projections.awaitCheckpoint('audit-log', end);
    expect(await find({})).toEqual(before);
  });

  it('cannot append to the event store', async () => {
    const append = open('audit').append(
      streamName('keyRequest', newId()),
      [event('KeyRequestSubmitted', newId())],
      'no-stream',
    );
    await expect(append).rejects.toMatchObject({ code: 'forbidden' });
  });
});
