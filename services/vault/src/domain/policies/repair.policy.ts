import type { Difference, KeyLimits } from '../reconciliation/difference.ts';

/** What of a live key its issuer lets us change. */
export interface Repairable {
  readonly changeable: readonly (keyof KeyLimits)[];
  readonly suspends: boolean;
}

export type Repair = Readonly<
  | { kind: 'revoke' }
  /** The lease gets a new key with the limits of the ledger; the one that is there ends. */
  | { kind: 'rotate' }
  | { kind: 'reapply'; limits: KeyLimits }
>;

/** Limits are put back where the issuer can; one that has to be taken away, or that it cannot change, needs a new key. */
const repairOfLimits = ({ expected = {}, found = {} }: Difference, { changeable, suspends }: Repairable): Repair => {
  const fields = [...new Set([...Object.keys(expected), ...Object.keys(found)])] as (keyof KeyLimits)[];
  const canPutBack = (field: keyof KeyLimits): boolean =>
    field === 'isSuspended' ? suspends : field in expected && changeable.includes(field);
  return fields.every(canPutBack) ? { kind: 'reapply', limits: expected } : { kind: 'rotate' };
};

/**
 * How a difference is put right. What must not be there is ended; what is missing is made anew; limits are put back. A key
 * is never adopted: its plaintext is nowhere, so nobody could be given it.
 */
export const repairOf = (difference: Difference, issuer: Repairable): Repair => {
  switch (difference.kind) {
    case 'unknown-key':
    case 'should-be-dead':
    case 'duplicate-alias':
      return { kind: 'revoke' };
    case 'missing-key':
      return { kind: 'rotate' };
    case 'limits-changed':
      return repairOfLimits(difference, issuer);
    case 'unreadable':
      return difference.leaseId === undefined ? { kind: 'revoke' } : { kind: 'rotate' };
  }
};
