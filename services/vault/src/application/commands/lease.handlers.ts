import {
  ChangeLeaseLimits,
  RenewLease,
  ResumeLease,
  RetireLeaseKey,
  RevokeLease,
  RotateLease,
  SuspendLease,
} from '@keyledger/contracts-vault';
import { type InputOf, type MessageContext, type ReplyOf, toActor } from '@keyledger/messaging';
import type { KnownLease } from '../../domain/lease/lease.state.ts';
import type { LeaseLimits } from '../../domain/lease/lease.terms.ts';
import { hasProven } from '../../domain/policies/custody.policy.ts';
import { boundsFor, type IssuingLimits } from '../../domain/policies/issuing-bounds.policy.ts';
import {
  excessOf,
  excessOfGrace,
  excessOfLife,
  excessOfLimits,
  excessOfRenewal,
} from '../../domain/policies/issuing-excess.policy.ts';
import { standardGraceMs } from '../../domain/policies/issuing-limits.policy.ts';
import { toMs } from '../../domain/policies/spans.ts';
import { unsupported, type WantedChange } from '../issuer-abilities.ts';
import type { Issuers } from '../ports/issuer.port.ts';
import type { SecretSealer } from '../ports/secret-sealer.port.ts';
import { changeLease, type LeaseChangeDeps } from './lease-change.ts';

export interface LeaseHandlerDeps extends LeaseChangeDeps {
  readonly sealer: Pick<SecretSealer, 'assertUnsealed'>;
  readonly issuers: Issuers;
  readonly limits: IssuingLimits;
}

/**
 * The key that counts and one before it. An owner who could have more of them would spend with each; whoever needs another
 * retires the one before, or asks an administrator.
 */
const MOST_KEYS_OF_OWNERS = 2;

const exceeding = (excess: readonly string[]) =>
  excess.length === 0 ? undefined : ({ code: 'exceeds-limits', message: excess.join('. ') } as const);

/** The commands by which people look after keys that are issued. */
export const leaseHandlers = (deps: LeaseHandlerDeps) => {
  const boundsOf = ({ terms }: KnownLease, modelIds = terms.modelIds) => boundsFor(deps.limits, terms.issuer, modelIds);

  const unsupportedFor = ({ terms }: KnownLease, change: WantedChange) => {
    const issuer = deps.issuers.find(terms.issuer);
    const message =
      issuer === undefined ? `The issuer ${terms.issuer} is not configured any more` : unsupported(issuer, change);
    return message === undefined ? undefined : ({ code: 'not-supported-by-issuer', message } as const);
  };

  const renew = (input: InputOf<typeof RenewLease>, caller: MessageContext): Promise<ReplyOf<typeof RenewLease>> => {
    const { leaseId, expiresAt } = input;
    return changeLease(
      deps,
      { operation: RenewLease, action: 'renew', input, caller },
      (lease, changeId, now) =>
        exceeding(excessOfRenewal({ expiresAt, now }, boundsOf(lease))) ??
        unsupportedFor(lease, { kind: 'renewal', expiresAt }) ?? {
          type: 'RenewLease',
          data: { leaseId, changeId, expiresAt, now },
        },
    );
  };

  /** Rates are one thing at an issuer: those that are not named are kept by naming them. */
  const limitsOf = (
    { terms }: KnownLease,
    { budget, softBudgetUsd, rateLimits, modelIds }: InputOf<typeof ChangeLeaseLimits>,
  ): LeaseLimits => ({
    ...(budget === undefined ? {} : { budget }),
    ...(softBudgetUsd === undefined ? {} : { softBudgetUsd }),
    ...(rateLimits === undefined ? {} : { rateLimits: { ...terms.rateLimits, ...rateLimits } }),
    ...(modelIds === undefined ? {} : { modelIds }),
  });

  const changeLimits = (
    input: InputOf<typeof ChangeLeaseLimits>,
    caller: MessageContext,
  ): Promise<ReplyOf<typeof ChangeLeaseLimits>> => {
    const { leaseId } = input;
    return changeLease(
      deps,
      { operation: ChangeLeaseLimits, action: 'change-limits', input, caller },
      (lease, changeId, now) => {
        const limits = limitsOf(lease, input);
        const bounds = boundsOf(lease, limits.modelIds);
        const { expiresAt } = lease;
        const excess = [
          ...excessOfLimits(limits, lease.terms, bounds),
          ...(limits.modelIds === undefined ? [] : excessOfLife({ expiresAt, now }, bounds)),
        ];
        return (
          exceeding(excess) ??
          unsupportedFor(lease, { kind: 'limits', limits }) ?? {
            type: 'ChangeLeaseLimits',
            data: { leaseId, changeId, limits, now },
          }
        );
      },
    );
  };

  const suspend = (
    input: InputOf<typeof SuspendLease>,
    caller: MessageContext,
  ): Promise<ReplyOf<typeof SuspendLease>> => {
    const { leaseId, reason } = input;
    return changeLease(
      deps,
      { operation: SuspendLease, action: 'suspend', input, caller },
      (lease, changeId, now) =>
        unsupportedFor(lease, { kind: 'suspension' }) ?? {
          type: 'SuspendLease',
          data: { leaseId, changeId, reason, now },
        },
    );
  };

  const resume = (input: InputOf<typeof ResumeLease>, caller: MessageContext): Promise<ReplyOf<typeof ResumeLease>> => {
    const { leaseId } = input;
    return changeLease(
      deps,
      { operation: ResumeLease, action: 'resume', input, caller },
      (lease, changeId, now) =>
        unsupportedFor(lease, { kind: 'resumption' }) ?? { type: 'ResumeLease', data: { leaseId, changeId, now } },
    );
  };

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
      const bounds = boundsOf(lease);
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

  return { renew, changeLimits, suspend, resume, rotate, retireKey, revoke };
};
