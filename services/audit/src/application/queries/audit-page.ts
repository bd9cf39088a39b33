import type { AuditEvent } from '@keyledger/contracts-audit';
import { AppError } from '@keyledger/errors';
import type { Page } from '@keyledger/messaging';
import type { AuditPageRequest } from '../ports/audit-log.port.ts';

/** Positions as the event stores write them: digits in groups. Anything else was not given out by a page. */
const CURSOR = /^[0-9:]{1,100}$/;

/** Reads one event more than asked for, which tells whether there is a next page. */
export const auditPage = async (
  request: { readonly first: number; readonly after?: string | undefined },
  read: (page: AuditPageRequest) => Promise<readonly AuditEvent[]>,
): Promise<Page<AuditEvent>> => {
  const { first, after } = request;
  if (after !== undefined && !CURSOR.test(after)) {
    throw new AppError('malformed', 'The cursor `after` is none that a page of audit events gave out');
  }
  const events = await read({ first: first + 1, ...(after === undefined ? {} : { after }) });
  const items = events.slice(0, first);
  const last = items.at(-1);
  return events.length > first && last !== undefined ? { items, next: last.position } : { items };
};
