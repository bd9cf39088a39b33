import type { Projection } from '@keyledger/event-sourcing';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import { leaseCodec, type LeaseEvent } from '../../domain/lease/lease.messages.ts';
import type { LeaseRow, LeaseTable } from '../ports/lease-table.port.ts';

/** What one event does to the row of its lease; `undefined` when there is no row yet to change. */
const rowAfter = (row: LeaseRow | undefined, { type, data }: LeaseEvent): LeaseRow | undefined => {
  if (type === 'LeaseStarted') {
    const { leaseId, requestId, issuer, owner, modelIds, generation, alias, startedAt } = data;
    const none = { mask: undefined, issuedAt: undefined, expiresAt: undefined, failureCause: undefined };
    const known = { leaseId, requestId, issuer, owner, modelIds, generation, alias, startedAt };
    return { ...known, ...none, status: 'started', updatedAt: startedAt };
  }
  if (row === undefined) return undefined;
  switch (type) {
    case 'LeaseKeySealed':
      return { ...row, mask: data.mask, updatedAt: data.sealedAt };
    case 'LeaseIssued': {
      const { mask, issuedAt, expiresAt } = data;
      return { ...row, status: 'issued', mask, issuedAt, expiresAt, failureCause: undefined, updatedAt: issuedAt };
    }
    case 'LeaseIssueFailed':
      return { ...row, status: 'failed', failureCause: data.cause, updatedAt: data.failedAt };
    case 'LeaseIssueRetried': {
      const { generation, alias, retriedAt } = data;
      const mask = generation === row.generation ? row.mask : undefined;
      return { ...row, status: 'started', generation, alias, mask, failureCause: undefined, updatedAt: retriedAt };
    }
    case 'LeaseKeyDiscarded':
      return { ...row, updatedAt: data.discardedAt };
  }
};

export const leasesProjection = <Tx>(table: LeaseTable<Tx>): Projection<Tx> => ({
  name: 'leases',
  filter: { categories: [leases.category] },
  apply: async (recorded, tx) => {
    const event = leaseCodec.decode(recorded);
    const row = rowAfter(await table.find(event.data.leaseId, tx), event);
    if (row !== undefined) await table.put(row, tx);
  },
  reset: (tx) => table.clear(tx),
});
