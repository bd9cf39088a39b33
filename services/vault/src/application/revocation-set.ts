import { createHash } from 'node:crypto';
import type { RevocationScope } from '../domain/bulk-revocation/bulk-revocation.messages.ts';
import { LARGEST_SET } from '../domain/bulk-revocation/bulk-revocation.decider.ts';
import type { LeaseFilter, LeaseReader, LeaseRow } from './ports/lease-table.port.ts';

/** Leases that hold a key or may get one: a failed one may have left a key at its issuer, and may be tried again. */
const REVOCABLE = ['started', 'failed', 'issued', 'suspended'] as const;

const PAGE = 500;

const filterOf = ({ owner, team, modelId, tag, issuer }: RevocationScope): LeaseFilter => ({
  owner,
  team,
  modelId,
  tag,
  issuer,
  statuses: REVOCABLE,
});

export interface RevocationSet {
  /** Newest first. */
  readonly leaseIds: readonly string[];
  /** Equal for equal sets, whatever their order. */
  readonly digest: string;
  /** The newest of them. */
  readonly shown: readonly LeaseRow[];
}

const digestOf = (leaseIds: readonly string[]): string =>
  createHash('sha256').update(leaseIds.toSorted().join('\n')).digest('hex');

/**
 * The leases that a scope hits now, from the read model; it reads one more than may be revoked together and no further.
 * Shows the first `show`.
 */
export const revocationSet = async (leases: LeaseReader, scope: RevocationScope, show = 0): Promise<RevocationSet> => {
  const leaseIds: string[] = [];
  const shown: LeaseRow[] = [];
  let last: LeaseRow['lease'] | undefined;
  do {
    const page = await leases.page(filterOf(scope), PAGE, last);
    leaseIds.push(...page.map(({ lease }) => lease.leaseId));
    shown.push(...page.slice(0, show - shown.length));
    last = page.length < PAGE ? undefined : page.at(-1)?.lease;
  } while (last !== undefined && leaseIds.length <= LARGEST_SET);
  return { leaseIds, digest: digestOf(leaseIds), shown };
};
