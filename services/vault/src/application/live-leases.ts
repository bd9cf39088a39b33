import { isLive, type LiveLease } from '../domain/lease/lease.state.ts';
import type { LeaseCursor, LeaseReader } from './ports/lease-table.port.ts';

/** Leases read at once. */
const PAGE = 200;

/** Leases of an issuer that have a key which counts, as the read model has them: it may lag. */
export async function* liveLeases(reader: LeaseReader, issuer: string): AsyncGenerator<readonly LiveLease[]> {
  let after: LeaseCursor | undefined;
  for (;;) {
    const page = await reader.page({ issuer, statuses: ['issued', 'suspended'] }, PAGE, after);
    yield page.flatMap(({ lease }) => (isLive(lease) ? [lease] : []));
    const last = page.at(-1)?.lease;
    if (page.length < PAGE || last === undefined) return;
    after = { startedAt: last.startedAt, leaseId: last.leaseId };
  }
}
