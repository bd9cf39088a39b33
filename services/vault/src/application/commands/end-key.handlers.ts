import { RetireLeaseKey, RevokeLease, RotateLease } from '@keyledger/contracts-vault';
import { type InputOf, type MessageContext, type ReplyOf, toActor } from '@keyledger/messaging';
import { hasProven } from '../../domain/policies/custody.policy.ts';
import type { IssuingLimits } from '../../domain/policies/issuing-bounds.policy.ts';
import { excessOf, excessOfGrace } from '../../domain/policies/issuing-excess.policy.ts';
import { standardGraceMs } from '../../domain/policies/issuing-limits.policy.ts';
import { toMs } from '../../domain/policies/spans.ts';
import type { SecretSealer } from '../ports/secret-sealer.port.ts';
import { boundsOf, exceeding } from './lease-bounds.ts';
import { changeLease, type LeaseChangeDeps } from './lease-change.ts';

export interface EndKeyDeps extends LeaseChangeDeps {
  readonly sealer: Pick<SecretSealer, 'assertUnsealed'>;
  readonly limits: IssuingLimits;
}

/**
 * The key that counts and one before it. An owner who could have more of them would spend with each; whoever needs another
 * retires the one before, or asks an administrator.
 */
const MOST_KEYS_OF_OWNERS = 2;

/** The commands by which people let keys that are issued end, with a successor or without. */
export const endKeyHandlers = (deps: EndKeyDeps) => {
  const rotate = (input: InputOf<typeof RotateLease>, caller: MessageContext): Promise<ReplyOf<typeof RotateLease>> => {
    const { leaseId, reason, gracePeriod, duration } = input;
    return changeLease(deps, { operation: RotateLease, action: 'rotate', input, caller }, (lease, rotationId, now) => {
      const isAdministrator = hasProven(toActor(caller.principal), 'admin');
      if (duration !== undefined && !isAdministrator)
        return { code: 'not-permitted', message: 'How long a new key lives is for administrators to say' };
      // While the successor waited to be sealed the lease could not be suspended.
      deps.sealer.assertUnsealed();
      const expiry =
        duration === undefined ? {} : { expiresAt: new Date(Date.parse(now) + toMs(duration)).toISOString() };
      const bounds = boundsOf(deps.limits, lease);
      const graceMs = gracePeriod === undefined ? standardGraceMs(bounds) : toMs(gracePeriod);
      const most = isAdministrator ? {} : { mostKeys: MOST_KEYS_OF_OWNERS };
      return (
        exceeding([...excessOf({ duration }, bounds), ...excessOfGrace(gracePeriod, bounds)]) ?? {
          type: 'RotateLease',
          data: { leaseId, rotationId, graceMs, reason, ...expiry, ...most, now },
        }
      );
    });
  };

  const retireKey = (
    input: InputOf<typeof RetireLeaseKey>,
    caller: MessageContext,
  ): Promise<ReplyOf<typeof RetireLeaseKey>> => {
    const { leaseId, generation, reason } = input;
    return changeLease(
      deps,
      { operation: RetireLeaseKey, action: 'retire', input, caller },
      (_lease, _changeId, now) => ({
        type: 'RetireKey',
        data: { leaseId, generation, reason, orderedBy: caller.principal.id, now },
      }),
    );
  };

  const revoke = (input: InputOf<typeof RevokeLease>, caller: MessageContext): Promise<ReplyOf<typeof RevokeLease>> => {
    const { leaseId, reason } = input;
    return changeLease(deps, { operation: RevokeLease, action: 'revoke', input, caller }, (_lease, _changeId, now) => ({
      type: 'RevokeLease',
      data: { leaseId, reason, now },
    }));
  };

  return { rotate, retireKey, revoke };
};
