import { restorationIdOf } from './lease.budget.ts';
import type { RefusedKey } from './lease.changes.messages.ts';
import type { DataOf, LeaseEvent } from './lease.messages.ts';
import { isLive, type KnownLease, type LiveLease, type PendingChange, type RetiringKey } from './lease.state.ts';
import { type LeaseLimits, type limitsSchema } from './lease.terms.ts';

const pending = (lease: LiveLease, change: PendingChange): LiveLease => ({
  ...lease,
  change,
  handledIds: [...lease.handledIds, change.changeId],
});

/** The limits among the data of an event. */
const limitsOf = (data: DataOf<'LeaseLimitsChangeStarted'> | DataOf<'LeaseLimitsChanged'>): LeaseLimits => {
  const { modelIds, budget, softBudgetUsd, rateLimits } = data;
  const given = Object.entries({ modelIds, budget, softBudgetUsd, rateLimits } satisfies Record<
    keyof typeof limitsSchema.shape,
    unknown
  >).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as LeaseLimits;
};

const limited = (lease: LiveLease, data: DataOf<'LeaseLimitsChanged'>): LiveLease => {
  const { modelIds = lease.terms.modelIds, ...rest } = limitsOf(data);
  const carried = data.budget === undefined ? lease.carried : undefined;
  return { ...lease, change: undefined, carried, terms: { ...lease.terms, ...rest, modelIds } };
};

const withRefusals = (
  { retiring }: LiveLease,
  change: 'suspension' | 'resumption',
  except: readonly RefusedKey[] = [],
): readonly RetiringKey[] =>
  retiring.map(({ refused: _former, ...key }) => {
    const refused = except.find(({ issuerKeyId }) => issuerKeyId === key.issuerKeyId);
    return refused === undefined
      ? key
      : { ...key, refused: { change, cause: refused.cause, message: refused.message } };
  });

const resumed = (lease: LiveLease, { except }: DataOf<'LeaseResumed'>): LiveLease => {
  const done = { change: undefined, retiring: withRefusals(lease, 'resumption', except) };
  if (lease.status === 'issued') return { ...lease, ...done };
  const { suspension: _over, ...rest } = lease;
  return { ...rest, ...done, status: 'issued' };
};

export const evolveChange = (lease: KnownLease, event: LeaseEvent): KnownLease => {
  if (!isLive(lease)) return lease;
  switch (event.type) {
    case 'LeaseRenewalStarted': {
      const { changeId, expiresAt, startedAt } = event.data;
      return pending(lease, { kind: 'renewal', changeId, expiresAt, startedAt });
    }
    case 'LeaseRenewed':
      return {
        ...lease,
        change: undefined,
        expiresAt: event.data.expiresAt,
        expirySetAt: event.data.renewedAt,
      };
    case 'LeaseLimitsChangeStarted': {
      const { changeId, startedAt } = event.data;
      return pending(lease, { kind: 'limits', changeId, limits: limitsOf(event.data), startedAt });
    }
    case 'LeaseLimitsChanged':
      return limited(lease, event.data);
    case 'LeaseSuspensionStarted': {
      const { changeId, reason, startedAt } = event.data;
      return pending(lease, { kind: 'suspension', changeId, reason, startedAt });
    }
    case 'LeaseSuspended': {
      const { reason, suspendedAt, except } = event.data;
      const retiring = withRefusals(lease, 'suspension', except);
      return { ...lease, status: 'suspended', change: undefined, retiring, suspension: { reason, suspendedAt } };
    }
    case 'LeaseResumptionStarted': {
      const { changeId, startedAt } = event.data;
      return pending(lease, { kind: 'resumption', changeId, startedAt });
    }
    case 'LeaseResumed':
      return resumed(lease, event.data);
    case 'LeaseChangeFailed': {
      const isRestoration = event.data.changeId === restorationIdOf(lease);
      return { ...lease, change: undefined, carried: isRestoration ? undefined : lease.carried };
    }
    default:
      return lease;
  }
};
