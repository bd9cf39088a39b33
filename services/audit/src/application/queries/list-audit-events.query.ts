import type { ListAuditEvents } from '@keyledger/contracts-audit';
import { AppError } from '@keyledger/errors';
import { hasRole, type InputOf, type Principal, type ReplyOf } from '@keyledger/messaging';
import type { AuditLog } from '../ports/audit-log.port.ts';
import { auditPage } from './audit-page.ts';

export type ListAuditEventsQuery = (
  input: InputOf<typeof ListAuditEvents>,
  principal: Principal,
) => Promise<ReplyOf<typeof ListAuditEvents>>;

/** Throws `forbidden` for anybody who is neither auditor nor administrator. */
export const listAuditEvents =
  (log: AuditLog): ListAuditEventsQuery =>
  async ({ filter, first, after }, principal) => {
    if (!hasRole(principal, 'auditor', 'admin')) {
      throw new AppError('forbidden', 'Only auditors and administrators may read the audit log');
    }
    return auditPage({ first, after }, (page) => log.find(filter, page));
  };
