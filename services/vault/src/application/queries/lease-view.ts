import type { LeaseView } from '@keyledger/contracts-vault';
import { isLive, type KnownLease, type LiveLease } from '../../domain/lease/lease.state.ts';

/** Leaves out what is not set, so that absent stays absent on the wire. */
const present = <T extends object>(value: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as never;

const liveView = (lease: LiveLease) => {
  const { change, rotation, retiring, carried } = lease;
  return present({
    change: change && { changeId: change.changeId, kind: change.kind, startedAt: change.startedAt },
    rotation: rotation && { rotationId: rotation.rotationId, generation: rotation.generation },
    remainingBudget: carried && { maxUsd: carried.budget.maxUsd, ...present({ until: carried.until }) },
    retiring:
      retiring.length === 0
        ? undefined
        : retiring.map(({ generation, endsAt, awaitsDelivery, refused }) => ({
            generation,
            endsAt,
            awaitsDelivery,
            ...present({ refused }),
          })),
    suspension:
      lease.status === 'suspended'
        ? { reason: lease.suspension.reason, suspendedAt: lease.suspension.suspendedAt }
        : undefined,
  });
};

const endOf = (lease: KnownLease): LeaseView['end'] => {
  if (lease.status !== 'ending' && lease.status !== 'ended') return undefined;
  const { how, reason, endingSince } = lease;
  const endedAt = lease.status === 'ended' ? lease.endedAt : undefined;
  return { how, startedAt: endingSince, ...present({ reason, endedAt }) };
};

const failureOf = (lease: KnownLease): LeaseView['failure'] => {
  if (lease.status !== 'failed') return undefined;
  const { cause, message, failedAt } = lease.failure;
  return { cause, message, failedAt };
};

/** What may be seen of a lease: no ids of keys, and nothing that opens. */
export const leaseViewOf = (lease: KnownLease): LeaseView => {
  const { leaseId, terms, status, generation, alias, startedAt, issuedAt, expiresAt, key, delay } = lease;
  const { requestId, issuer, owner, team, purpose, tags, modelIds, budget, softBudgetUsd, rateLimits } = terms;
  return {
    leaseId,
    status,
    issuer,
    owner,
    modelIds: [...modelIds],
    generation,
    alias,
    startedAt,
    ...present({
      requestId,
      team,
      purpose,
      tags: tags && [...tags],
      budget,
      softBudgetUsd,
      rateLimits,
      mask: key?.mask,
      issuedAt,
      expiresAt,
      failure: failureOf(lease),
      end: endOf(lease),
      delay: delay && { cause: delay.cause, message: delay.message, delayedAt: delay.delayedAt },
    }),
    ...(isLive(lease) ? liveView(lease) : {}),
  };
};
