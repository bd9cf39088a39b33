import type { FindLeaseByRequest, GetLease, LeaseView, ListLeases } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { type EventStore, loadStream } from '@keyledger/event-sourcing';
import { cutPage, hasRole, type InputOf, type Page, type Principal, toActor } from '@keyledger/messaging';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import { hasProven } from '../../domain/policies/custody.policy.ts';
import { leaseIdOf } from '../lease-of-request.ts';
import type { LeaseReader } from '../ports/lease-table.port.ts';
import { cursorIn, leasePlace } from './lease-cursor.ts';
import { leaseViewOf } from './lease-view.ts';

/** Those who run or watch the whole system, and other services. */
const maySeeAll = (principal: Principal): boolean => hasRole(principal, 'admin', 'reviewer', 'auditor', 'service');

const isOwner = (principal: Principal, owner: string): boolean =>
  hasProven(toActor(principal)) && principal.id === owner;

/** Also the owner, and whoever holds the claim code of the request. */
const maySee = (principal: Principal, { owner, requestId }: Pick<LeaseView, 'owner' | 'requestId'>): boolean =>
  maySeeAll(principal) ||
  isOwner(principal, owner) ||
  (principal.proof === 'claim-code' && requestId !== undefined && principal.requestId === requestId);

/** A lease as its stream has it this moment. */
const leaseViews =
  (eventStore: EventStore) =>
  async (leaseId: string): Promise<LeaseView | undefined> => {
    const { state } = await loadStream(eventStore, leases, leaseId);
    return state.status === 'absent' ? undefined : leaseViewOf(state);
  };

/** One lease is folded from its stream, so that a client reads its own writes. `null`: not there, or not for this principal. */
export const leaseQueries = (eventStore: EventStore) => {
  const viewOf = leaseViews(eventStore);

  const get = async ({ leaseId }: InputOf<typeof GetLease>, principal: Principal): Promise<LeaseView | null> => {
    const view = await viewOf(leaseId);
    return view !== undefined && maySee(principal, view) ? view : null;
  };

  const findByRequest = (
    { requestId }: InputOf<typeof FindLeaseByRequest>,
    principal: Principal,
  ): Promise<LeaseView | null> => get({ leaseId: leaseIdOf(requestId) }, principal);

  return { get, findByRequest };
};

export const leaseList =
  (reader: LeaseReader) =>
  async (
    { first, after, owner, ...others }: InputOf<typeof ListLeases>,
    principal: Principal,
  ): Promise<Page<LeaseView>> => {
    const whose = maySeeAll(principal) ? owner : (owner ?? principal.id);
    if (!maySeeAll(principal) && !isOwner(principal, whose ?? ''))
      throw new AppError('forbidden', 'Leases are listed to their owner, to administrators, reviewers and auditors');
    const filter = { ...others, ...(whose === undefined ? {} : { owner: whose }) };
    const found = await reader.page(filter, first + 1, after === undefined ? undefined : cursorIn(after));
    const page = cutPage(found, first, leasePlace);
    return { ...page, items: page.items.map(({ lease }) => leaseViewOf(lease)) };
  };
