import type { Actor } from '@keyledger/event-sourcing';
import { hasProven } from './custody.policy.ts';

export type LeaseAction =
  | 'issue'
  | 'renew'
  | 'change-limits'
  | 'suspend'
  | 'resume'
  | 'rotate'
  | 'retire'
  | 'revoke'
  | 'hand-in'
  | 'confirm-end';

/**
 * What owners may do with their own keys: whatever takes something away from a key, or replaces it by its equal. What
 * gives a key more time or more rights, or undoes what may have been done against its owner, is for administrators.
 */
const ownersMay: readonly LeaseAction[] = ['suspend', 'rotate', 'retire', 'revoke'];

/** Those who may know that a lease exists, besides its owner. */
const SEE_ALL = ['admin', 'reviewer', 'auditor', 'service'];

/** Why not; `undefined` when it is permitted. For those who may not see a lease it is not there. */
export const leaseDenial = (
  caller: Actor,
  action: LeaseAction,
  owner?: string,
): 'not-permitted' | 'lease-not-found' | undefined => {
  if (hasProven(caller, 'admin')) return undefined;
  const isOwner = owner !== undefined && caller.id === owner && hasProven(caller);
  if (isOwner && ownersMay.includes(action)) return undefined;
  const maySee = isOwner || owner === undefined || caller.roles.some((role) => SEE_ALL.includes(role));
  return maySee ? 'not-permitted' : 'lease-not-found';
};
