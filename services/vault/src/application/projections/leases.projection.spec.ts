import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { positionOf, type RecordedEvent } from '@keyledger/event-sourcing';
import {
  aliasWasTaken,
  leaseEvents,
  leaseId,
  leaseIssued,
  leaseIssueFailed,
  leaseIssueRetried,
  leaseKeyDiscarded,
  leaseKeySealed,
  leaseStarted,
  requestId,
  secondGenerationStarted,
} from '../../domain/lease/lease.examples.ts';
import type { LeaseEvent } from '../../domain/lease/lease.messages.ts';
import { evolve, initialState } from '../../domain/lease/lease.state.ts';
import { FakeLeaseTable } from '../ports/testing/lease-table.fake.ts';
import { leasesProjection } from './leases.projection.ts';

const recorded = (event: LeaseEvent, index: number): RecordedEvent => ({
  ...event,
  id: `id-${index}`,
  schemaVersion: 1,
  stream: `lease-${event.data.leaseId}`,
  revision: BigInt(index),
  position: positionOf(String(index).padStart(20, '0')),
  recordedAt: '2026-11-21T08:00:00.000Z',
  metadata: {
    actor: { kind: 'service', id: 'service:vault', proof: 'service', roles: ['service'] },
    correlationId: requestId,
    causationId: requestId,
    occurredAt: '2026-11-21T08:00:00.000Z',
  },
});

const tableAfter = async (...events: readonly LeaseEvent[]): Promise<FakeLeaseTable> => {
  const table = new FakeLeaseTable();
  const projection = leasesProjection(table);
  for (const [index, event] of events.entries()) await projection.apply(recorded(event, index), undefined);
  return table;
};

const rowAfter = async (...events: readonly LeaseEvent[]) => (await tableAfter(...events)).rows.get(leaseId);

describe('the read model of leases', () => {
  it('shows a lease as soon as it is started', async () => {
    expect(await rowAfter(leaseStarted)).toEqual({
      leaseId,
      requestId,
      status: 'started',
      issuer: 'litellm',
      owner: 'ada@example.com',
      modelIds: ['gpt-4o-mini'],
      generation: 1,
      alias: `${leaseId}-g1`,
      startedAt: leaseStarted.data.startedAt,
      updatedAt: leaseStarted.data.startedAt,
    });
  });

  it('shows the mask when the key is sealed, and the expiry when it is issued', async () => {
    expect(await rowAfter(leaseStarted, leaseKeySealed)).toMatchObject({ mask: 'sk-a...wxyz', status: 'started' });
    expect(await rowAfter(leaseStarted, leaseKeySealed, leaseIssued)).toMatchObject({
      status: 'issued',
      issuedAt: leaseIssued.data.issuedAt,
      expiresAt: leaseIssued.data.expiresAt,
      updatedAt: leaseIssued.data.issuedAt,
    });
  });

  it('shows the cause of a failure, and no more of it after a retry', async () => {
    const failed = [leaseStarted, leaseKeySealed, leaseIssueFailed] as const;
    expect(await rowAfter(...failed)).toMatchObject({ status: 'failed', failureCause: 'issuer-unavailable' });
    const row = await rowAfter(...failed, leaseIssueRetried);
    expect(row).toMatchObject({ status: 'started', mask: 'sk-a...wxyz', updatedAt: leaseIssueRetried.data.retriedAt });
    expect(row?.failureCause).toBeUndefined();
  });

  it('forgets the mask of a key that was left behind', async () => {
    const row = await rowAfter(leaseStarted, leaseKeySealed, aliasWasTaken, secondGenerationStarted, leaseKeyDiscarded);
    expect(row).toMatchObject({ generation: 2, alias: `${leaseId}-g2`, updatedAt: leaseKeyDiscarded.data.discardedAt });
    expect(row?.mask).toBeUndefined();
  });

  it('agrees with the state of the stream on what it shows, and twice gives the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...leaseEvents), { maxLength: 12 }), async (events) => {
        const state = events.reduce(evolve, initialState);
        const row = await rowAfter(...events);
        if (state.status === 'absent') expect(row).toBeUndefined();
        else expect(row).toMatchObject({ status: state.status, generation: state.generation, alias: state.alias });
        expect(await rowAfter(...events)).toEqual(row);
      }),
    );
  });

  it('is empty after a reset', async () => {
    const table = await tableAfter(leaseStarted, leaseKeySealed);
    await leasesProjection(table).reset(undefined);
    expect(table.rows.size).toBe(0);
  });

  it('reads leases and nothing else', () => {
    expect(leasesProjection(new FakeLeaseTable()).filter).toEqual({ categories: ['lease'] });
  });
});
