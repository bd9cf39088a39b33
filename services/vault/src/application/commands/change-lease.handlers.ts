import { ChangeLeaseLimits, RenewLease, ResumeLease, SuspendLease } from '@keyledger/contracts-vault';
import type { InputOf, MessageContext, ReplyOf } from '@keyledger/messaging';
import type { KnownLease } from '../../domain/lease/lease.state.ts';
import type { LeaseLimits } from '../../domain/lease/lease.terms.ts';
import type { IssuingLimits } from '../../domain/policies/issuing-bounds.policy.ts';
import { excessOfLife, excessOfLimits, excessOfRenewal } from '../../domain/policies/issuing-excess.policy.ts';
import { unsupported, type WantedChange } from '../issuer-abilities.ts';
import type { Issuers } from '../ports/issuer.port.ts';
import { boundsOf, exceeding } from './lease-bounds.ts';
import { changeLease, type LeaseChangeDeps } from './lease-change.ts';

export interface ChangeLeaseDeps extends LeaseChangeDeps {
  readonly issuers: Issuers;
  readonly limits: IssuingLimits;
}

/** The commands by which people change a key that is issued, and keep it. */
export const changeLeaseHandlers = (deps: ChangeLeaseDeps) => {
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
        exceeding(excessOfRenewal({ expiresAt, now }, boundsOf(deps.limits, lease))) ??
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
        const bounds = boundsOf(deps.limits, lease, limits.modelIds);
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

  return { renew, changeLimits, suspend, resume };
};
