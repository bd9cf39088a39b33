import { deriveId } from '@keyledger/event-sourcing';

/** A request has one lease, whose id follows from its own: whoever starts it, it is the same lease. */
export const leaseIdOf = (requestId: string): string => deriveId('lease', requestId);
