import type { Projection } from '@keyledger/event-sourcing';
import { keyRequests } from '../approval-streams.ts';
import type { KeyRequestTable } from '../ports/key-request-list.port.ts';

/** The list of requests: each row is the folded request, so that list and stream never disagree about its meaning. */
export const keyRequestsProjection = <Tx>(table: KeyRequestTable<Tx>): Projection<Tx> => ({
  name: 'key_requests',
  filter: { categories: [keyRequests.category] },
  apply: async (recorded, tx) => {
    const event = keyRequests.codec.decode(recorded);
    const request = (await table.find(event.data.requestId, tx)) ?? keyRequests.decider.initialState;
    const state = keyRequests.decider.evolve(request, event);
    if (state.status !== 'absent') await table.put(state, tx);
  },
  reset: (tx) => table.clear(tx),
});
