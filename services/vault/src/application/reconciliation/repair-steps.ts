import type { Repair } from '../../domain/policies/repair.policy.ts';
import type { Difference, KeyLimits } from '../../domain/reconciliation/difference.ts';
import type { Issuer } from '../ports/issuer.port.ts';
import type { KeyChange } from '../ports/issuer-keys.ts';

/** Why a repair came to nothing, for programs and for people. */
export interface RepairFailure {
  readonly cause: string;
  readonly message: string;
}

const BY_HAND: RepairFailure = {
  cause: 'by-hand',
  message: 'This issuer has no call for it: end the key at the provider, and compare again',
};

const leaseRefusals: Readonly<Record<string, string>> = {
  'lease-ended': 'The lease has ended meanwhile',
  'lease-suspended': 'The lease is suspended; resume it, so that it can get a new key',
};

const reapply = async (
  { changes, suspension }: Issuer,
  issuerKeyId: string,
  { isSuspended, ...limits }: KeyLimits,
): Promise<void> => {
  const wanted = Object.entries(limits).filter(([, value]) => value !== undefined);
  if (wanted.length > 0) await changes?.change(issuerKeyId, Object.fromEntries(wanted) as KeyChange);
  if (isSuspended === true) await suspension?.suspend(issuerKeyId);
  if (isSuspended === false) await suspension?.resume(issuerKeyId);
};

/** Asks for a new key of a lease; answers with the code of a refusal. */
export type RotateForRepair = (leaseId: string, reason: string) => Promise<string | undefined>;

/** Does what puts a difference right. Repeating it is safe. `undefined`: done, or under way. */
export const performRepair = async (
  issuer: Issuer,
  { issuerKeyId, leaseId, kind }: Difference,
  repair: Repair,
  rotate: RotateForRepair,
): Promise<RepairFailure | undefined> => {
  switch (repair.kind) {
    case 'revoke':
      return (await issuer.revoke(issuerKeyId)) === 'by-hand' ? BY_HAND : undefined;
    case 'reapply':
      await reapply(issuer, issuerKeyId, repair.limits);
      return undefined;
    case 'rotate': {
      const refusal = await rotate(leaseId ?? '', `difference: ${kind}`);
      if (refusal === undefined) return undefined;
      return { cause: refusal, message: leaseRefusals[refusal] ?? 'The lease cannot get a new key now' };
    }
  }
};
