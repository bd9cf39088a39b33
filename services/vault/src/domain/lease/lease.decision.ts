import type { Decision } from '@keyledger/event-sourcing';
import type { LeaseEvent, LeaseRefusal } from './lease.messages.ts';
import type { KnownLease } from './lease.state.ts';

export type LeaseDecision = Decision<LeaseEvent, LeaseRefusal>;

interface Subject {
  readonly leaseId: string;
  readonly requestId?: string;
  readonly generation: number;
}

/** What every event says of its lease. */
export const subjectOf = ({ leaseId, terms, generation }: KnownLease, of = generation): Subject => ({
  leaseId,
  ...(terms.requestId === undefined ? {} : { requestId: terms.requestId }),
  generation: of,
});
