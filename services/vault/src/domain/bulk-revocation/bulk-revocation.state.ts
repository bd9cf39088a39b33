import type { BulkRevocationEvent, RevocationScope } from './bulk-revocation.messages.ts';

export interface StartedBulkRevocation {
  readonly status: 'started';
  readonly bulkId: string;
  readonly scope: RevocationScope;
  readonly leaseIds: readonly string[];
  readonly reason: string;
  readonly startedBy: string;
  readonly startedAt: string;
  /** The first so many are revoked. */
  readonly revoked: number;
  readonly completedAt: string | undefined;
}

export type BulkRevocation = Readonly<{ status: 'absent' }> | StartedBulkRevocation;

export const initialState: BulkRevocation = { status: 'absent' };

export const evolve = (state: BulkRevocation, { type, data }: BulkRevocationEvent): BulkRevocation => {
  if (type === 'BulkRevocationStarted') return { status: 'started', ...data, revoked: 0, completedAt: undefined };
  if (state.status === 'absent') return state;
  const completedAt = type === 'BulkRevocationCompleted' ? data.completedAt : state.completedAt;
  return { ...state, revoked: data.revoked, completedAt };
};

/** Leases that are still to be revoked, in their order. */
export const remaining = (state: BulkRevocation): readonly string[] =>
  state.status === 'absent' || state.completedAt !== undefined ? [] : state.leaseIds.slice(state.revoked);
