import type { AuditEvent, AuditFilter } from '@keyledger/contracts-audit';
import type { Page } from '@keyledger/messaging';
import type { PageRequest } from './reader.ts';

const PAGE = 200;

/** All events of the filter in the total order. The next page is asked for when the consumer has used up the last. */
export async function* allAuditEvents(
  listPage: (filter: AuditFilter, page: PageRequest) => Promise<Page<AuditEvent>>,
  filter: AuditFilter,
): AsyncGenerator<AuditEvent, void, void> {
  let after: string | undefined;
  do {
    const page = await listPage(filter, { first: PAGE, ...(after === undefined ? {} : { after }) });
    yield* page.items;
    after = page.next;
  } while (after !== undefined);
}
