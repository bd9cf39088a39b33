import type { Projection } from '@keyledger/event-sourcing';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import { leaseCodec } from '../../domain/lease/lease.messages.ts';
import { dueAt } from '../../domain/lease/lease.process.ts';
import type { LeaseTable } from '../ports/lease-table.port.ts';

/**
 * Rows are what `evolve` makes of the events, so a list shows what the stream says. After a change of the state's shape
 * the read model has to grow anew, by a migration that forgets the checkpoint.
 */
export const leasesProjection = <Tx>(table: LeaseTable<Tx>): Projection<Tx> => ({
  name: 'leases',
  filter: { categories: [leases.category] },
  apply: async (recorded, tx) => {
    const event = leaseCodec.decode(recorded);
    const row = await table.find(event.data.leaseId, tx);
    const lease = leases.decider.evolve(row?.lease ?? leases.decider.initialState, event);
    if (lease.status === 'absent') return;
    const updatedAt = recorded.metadata.occurredAt;
    await table.put({ lease, dueAt: dueAt(lease), updatedAt }, tx);
  },
  reset: (tx) => table.clear(tx),
});
