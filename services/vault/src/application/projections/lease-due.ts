import type { LeaseRow } from '../ports/lease-table.port.ts';

/** Whoever caused the work does it at once and repeats it; a lease at rest for so long was left behind. */
const IDLE_MS = 120_000;

const idleSince = (at: string): string => new Date(Date.parse(at) + IDLE_MS).toISOString();

/** When a lease is to be looked after without anybody asking, given the time of its last event; `undefined`: never. */
export const dueAtOf = (lease: LeaseRow['lease'], changedAt: string): string | undefined =>
  lease.status === 'started' ? idleSince(changedAt) : undefined;
