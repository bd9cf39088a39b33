import type { FindLeaseByRequest, GetLease, LeaseView } from '@keyledger/contracts-vault';
import { type EventStore, loadStream } from '@keyledger/event-sourcing';
import { hasRole, type InputOf, type Principal } from '@keyledger/messaging';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import type { Lease } from '../../domain/lease/lease.state.ts';
import { leaseIdOf } from '../lease-of-request.ts';

/** Those who run or watch the whole system, other services, and whoever holds the claim code of the request. */
const maySee = (principal: Principal, requestId: string | undefined): boolean =>
  hasRole(principal, 'admin', 'reviewer', 'auditor', 'service') ||
  (principal.proof === 'claim-code' && requestId !== undefined && principal.requestId === requestId);

const viewOf = (lease: Exclude<Lease, { status: 'absent' }>): LeaseView => {
  const { leaseId, terms, status, generation, alias, startedAt, key } = lease;
  return {
    leaseId,
    ...(terms.requestId === undefined ? {} : { requestId: terms.requestId }),
    status,
    issuer: terms.issuer,
    owner: terms.owner,
    modelIds: [...terms.modelIds],
    generation,
    alias,
    ...(key === undefined ? {} : { mask: key.mask }),
    startedAt,
    ...(lease.issuedAt === undefined ? {} : { issuedAt: lease.issuedAt }),
    ...(lease.expiresAt === undefined ? {} : { expiresAt: lease.expiresAt }),
    ...(lease.status === 'failed' ? { failure: failureOf(lease.failure) } : {}),
  };
};

const failureOf = ({
  cause,
  message,
  failedAt,
}: Extract<Lease, { status: 'failed' }>['failure']): NonNullable<LeaseView['failure']> => ({
  cause,
  message,
  failedAt,
});

/** Both fold the stream, so that a client reads its own writes. `null`: not there, or not for this principal. */
export const leaseQueries = (eventStore: EventStore) => {
  const get = async ({ leaseId }: InputOf<typeof GetLease>, principal: Principal): Promise<LeaseView | null> => {
    const { state } = await loadStream(eventStore, leases, leaseId);
    return state.status === 'absent' || !maySee(principal, state.terms.requestId) ? null : viewOf(state);
  };
  const findByRequest = (
    { requestId }: InputOf<typeof FindLeaseByRequest>,
    principal: Principal,
  ): Promise<LeaseView | null> => get({ leaseId: leaseIdOf(requestId) }, principal);
  return { get, findByRequest };
};
