import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { positionOf, type RecordedEvent } from '@keyledger/event-sourcing';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import {
  leaseEvents,
  leaseId,
  leaseIssued,
  leaseIssueFailed,
  leaseIssueRetried,
  leaseKeySealed,
  leaseStarted,
  requestId,
} from '../../domain/lease/lease.examples.ts';
import type { LeaseEvent } from '../../domain/lease/lease.messages.ts';
import { FakeLeaseTable } from '../ports/testing/lease-table.fake.ts';
import { leasesProjection } from './leases.projection.ts';

const OCCURRED_AT = '2026-11-21T08:00:00.000Z';

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
    occurredAt: OCCURRED_AT,
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
  it('shows a lease as soon as it is started, and with each event what its stream says', async () => {
    const events = [leaseStarted, leaseKeySealed, leaseIssueFailed, leaseIssueRetried, leaseIssued];
    for (let count = 1; count <= events.length; count += 1) {
      const history = events.slice(0, count);
      const state = history.reduce(leases.decider.evolve, leases.decider.initialState);
      expect(await rowAfter(...history)).toMatchObject({ lease: state, updatedAt: OCCURRED_AT });
    }
  });

  it('is due when a lease that waits for its key was left alone for two minutes', async () => {
    expect(await rowAfter(leaseStarted)).toMatchObject({ dueAt: '2026-11-21T08:02:00.000Z' });
    expect((await rowAfter(leaseStarted, leaseKeySealed, leaseIssueFailed))?.dueAt).toBeUndefined();
  });

  it('agrees with the stream, whatever happens, and twice gives the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...leaseEvents), { maxLength: 12 }), async (events) => {
        const state = events.reduce(leases.decider.evolve, leases.decider.initialState);
        const row = await rowAfter(...events);
        if (state.status === 'absent') expect(row).toBeUndefined();
        else expect(row?.lease).toEqual(state);
        expect(await rowAfter(...events)).toEqual(row);
      }),
    );
  });

  it('goes on from a row that was stored as JSON', async () => {
    const table = await tableAfter(leaseStarted, leaseKeySealed);
    const stored = JSON.parse(JSON.stringify(table.rows.get(leaseId)));
    table.rows.set(leaseId, stored);
    await leasesProjection(table).apply(recorded(leaseIssued, 2), undefined);
    expect(table.rows.get(leaseId)).toEqual(await rowAfter(leaseStarted, leaseKeySealed, leaseIssued));
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
