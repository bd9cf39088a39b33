import type { GetKeyHistory } from '@keyledger/contracts-audit';
import { hasRole, type InputOf, type Principal, type ReplyOf } from '@keyledger/messaging';
import type { AuditLog } from '../ports/audit-log.port.ts';
import { auditPage } from './audit-page.ts';

export type GetKeyHistoryQuery = (
  input: InputOf<typeof GetKeyHistory>,
  principal: Principal,
) => Promise<ReplyOf<typeof GetKeyHistory>>;

/** Everything that follows from a key request carries the id of the request as correlation. */
const maySee = (principal: Principal, correlationIds: readonly string[]): boolean =>
  hasRole(principal, 'auditor', 'admin', 'reviewer') ||
  (principal.proof === 'claim-code' && correlationIds.every((id) => id === principal.requestId));

/** Empty for an id that no event knows or whose history the principal may not see. */
export const getKeyHistory =
  (log: AuditLog): GetKeyHistoryQuery =>
  async ({ id, first, after }, principal) => {
    const correlationIds = await log.correlationsOf(id);
    if (correlationIds.length === 0 || !maySee(principal, correlationIds)) return { items: [] };
    return auditPage({ first, after }, (page) => log.findRelated(correlationIds, page));
  };
