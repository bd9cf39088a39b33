import type { ListLeaseUsage } from '@keyledger/contracts-vault';
import { hasRole, type InputOf, type Principal, type ReplyOf, toActor } from '@keyledger/messaging';
import { hasProven } from '../../domain/policies/custody.policy.ts';
import type { LeaseUsageReader, LeaseUsageRow } from '../ports/lease-usage-table.port.ts';

/** Those who run or watch the whole system, the owner, and whoever holds the claim code of the request. */
const maySee = (principal: Principal, { owner, requestId }: LeaseUsageRow): boolean =>
  hasRole(principal, 'admin', 'auditor', 'service') ||
  (hasProven(toActor(principal)) && principal.id === owner) ||
  (principal.proof === 'claim-code' && requestId !== undefined && principal.requestId === requestId);

/** From the read model. What the principal may not see is left out, like what nobody knows. */
export const leaseUsageQuery =
  (reader: LeaseUsageReader) =>
  async (
    { leaseIds }: InputOf<typeof ListLeaseUsage>,
    principal: Principal,
  ): Promise<ReplyOf<typeof ListLeaseUsage>> => {
    const rows = await reader.findAll(leaseIds);
    return { usages: rows.filter((row) => maySee(principal, row)).map(({ usage }) => usage) };
  };
