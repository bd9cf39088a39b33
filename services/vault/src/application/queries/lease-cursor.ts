import { type PagePlace, placeIn } from '@keyledger/messaging';
import type { LeaseCursor } from '../ports/lease-table.port.ts';

/** Throws `malformed` for what `leasePlace` did not give. */
export const cursorIn = (after: string): LeaseCursor => {
  const [startedAt, leaseId] = placeIn(after);
  return { startedAt, leaseId };
};

export const leasePlace = ({ lease }: { readonly lease: LeaseCursor }): PagePlace => [lease.startedAt, lease.leaseId];
