import type { Projection, RecordedEvent } from '@keyledger/event-sourcing';
import { keyRequestCodec } from '../../domain/key-request/key-request.events.ts';
import { keyRequests } from '../approval-streams.ts';
import type { DueItem, DueWorkTable } from '../ports/due-work.port.ts';

const timer = (recorded: RecordedEvent, item: Omit<DueItem, 'causedBy' | 'traceparent'>): DueItem => {
  const { traceparent } = recorded.metadata;
  return { ...item, causedBy: recorded.id, ...(traceparent === undefined ? {} : { traceparent }) };
};

/** Timers of requests. Every step that a request makes ends the timer that it had. */
export const dueWorkProjection = <Tx>(table: DueWorkTable<Tx>): Projection<Tx> => ({
  name: 'due_work',
  filter: {
    categories: [keyRequests.category],
    types: [
      'KeyRequestDeferred',
      'KeyRequestSentToReview',
      'KeyRequestApproved',
      'KeyRequestDenied',
      'KeyRequestExpired',
    ],
  },
  apply: async (recorded, tx) => {
    const { type, data } = keyRequestCodec.decode(recorded);
    const { requestId } = data;
    if (type === 'KeyRequestDeferred') {
      const { retryAt: dueAt, attempt } = data;
      await table.put(timer(recorded, { requestId, kind: 'evaluate', dueAt, attempt: attempt + 1 }), tx);
    } else if (type === 'KeyRequestSentToReview') {
      await table.put(timer(recorded, { requestId, kind: 'expire', dueAt: data.expiresAt, attempt: 1 }), tx);
    } else await table.remove(requestId, tx);
  },
  reset: (tx) => table.clear(tx),
});
