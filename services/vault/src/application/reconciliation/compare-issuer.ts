import { isId } from '@keyledger/event-sourcing';
import {
  differenceOfFound,
  type FoundKey,
  keyToBeFound,
  type LedgerLease,
  missingKey,
  unreadableKey,
} from '../../domain/policies/compare-keys.policy.ts';
import type { Difference } from '../../domain/reconciliation/difference.ts';
import { type Issuer, KeyUnreadable } from '../ports/issuer.port.ts';
import type { KeyInventory } from '../ports/issuer-abilities.port.ts';
import type { IssuedKey } from '../ports/issuer-keys.ts';
import type { Ledger } from './ledger.ts';

export interface Comparison {
  /** Keys of the issuer and of the ledger that were looked at. */
  readonly compared: number;
  readonly differences: readonly Difference[];
}

export type ListingIssuer = Issuer & { readonly inventory: KeyInventory };

export const hasInventory = (issuer: Issuer): issuer is ListingIssuer => issuer.inventory !== undefined;

/** Labels are what somebody may have written by hand; such as cannot be ours are none. */
const foundKey = ({ labels, ...key }: IssuedKey): FoundKey => {
  const isReadable = labels !== undefined && isId(labels.leaseId) && labels.generation >= 1;
  return { ...key, ...(isReadable ? { labels: { leaseId: labels.leaseId, generation: labels.generation } } : {}) };
};

/** A key that is told in a form that is not known is there, and does not say whose it is. */
const lookedUp = async (issuer: Issuer, issuerKeyId: string): Promise<FoundKey | undefined> => {
  try {
    const key = await issuer.lookup(issuerKeyId);
    return key && foundKey(key);
  } catch (error) {
    if (error instanceof KeyUnreadable) return { issuerKeyId, alias: error.alias };
    throw error;
  }
};

/** `unsettled`: something happened to the lease, or is happening; what is found then may be over in a moment. */
export type Verdict = Difference | 'none' | 'unsettled';

const differenceOf = (
  issuer: Issuer,
  issuerKeyId: string,
  found: FoundKey | undefined,
  lease: LedgerLease | undefined,
): Difference | undefined => {
  if (lease?.key?.issuerKeyId === issuerKeyId) {
    if (found === undefined) return missingKey(lease, lease.key);
    // The ledger knows better than labels which lease a key counts for.
    if (found.labels?.leaseId !== lease.leaseId) return unreadableKey(lease, lease.key);
  }
  if (lease?.passing.some((key) => key.issuerKeyId === issuerKeyId)) return undefined;
  return found && differenceOfFound(found, lease, { issuer: issuer.name, enforces: issuer.enforces });
};

/**
 * Looks at one key now, between two looks at its lease: when nothing happened to the lease meanwhile, ledger and issuer
 * are compared as they were at one moment.
 */
export const differenceNow = async (
  issuer: Issuer,
  ledger: Ledger,
  { issuerKeyId, leaseId }: Readonly<{ issuerKeyId: string; leaseId?: string | undefined }>,
): Promise<Verdict> => {
  const before = await ledger.find(leaseId);
  const found = await lookedUp(issuer, issuerKeyId);
  if (leaseId === undefined && found?.labels !== undefined)
    return differenceNow(issuer, ledger, { issuerKeyId, leaseId: found.labels.leaseId });
  const { lease, revision } = await ledger.find(leaseId);
  if (before.revision !== revision || lease?.isAtRest === false) return 'unsettled';
  return differenceOf(issuer, issuerKeyId, found, lease) ?? 'none';
};

/** Keys of the list that are compared with their leases together. */
const AT_ONCE = 100;

async function* inGroups<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<readonly Item[]> {
  let group: Item[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** The ledger knows better than labels which lease a key belongs to. */
const keyIdsOf = ({ key, passing }: LedgerLease): readonly string[] =>
  [key, ...passing].flatMap((each) => each?.issuerKeyId ?? []);

/**
 * Compares the issuer's list with the ledger, from both sides. Of each list only ids are kept. What looks like a
 * difference is looked at once more before it is one: lists are no snapshots, and the read model may lag.
 */
export const compareIssuer = async (issuer: ListingIssuer, ledger: Ledger): Promise<Comparison> => {
  const ours = { issuer: issuer.name, enforces: issuer.enforces };
  const listed = new Set<string>();
  /** By the id of the key, the lease that it is compared with. */
  const suspects = new Map<string, string | undefined>();

  for await (const keys of inGroups(issuer.inventory.listOurs(), AT_ONCE)) {
    const leases = await ledger.findAll(keys.flatMap(({ labels }) => labels?.leaseId ?? []));
    for (const found of keys.map(foundKey)) {
      const leaseId = found.labels?.leaseId;
      listed.add(found.issuerKeyId);
      const lease = leaseId === undefined ? undefined : leases.get(leaseId);
      if (differenceOfFound(found, lease, ours) !== undefined) suspects.set(found.issuerKeyId, leaseId);
    }
  }

  for await (const lease of ledger.live(issuer.name)) {
    for (const id of keyIdsOf(lease)) if (suspects.has(id)) suspects.set(id, lease.leaseId);
    const issuerKeyId = keyToBeFound(lease)?.issuerKeyId;
    if (issuerKeyId === undefined || listed.has(issuerKeyId)) continue;
    listed.add(issuerKeyId);
    suspects.set(issuerKeyId, lease.leaseId);
  }

  const differences: Difference[] = [];
  for (const [issuerKeyId, leaseId] of suspects) {
    const verdict = await differenceNow(issuer, ledger, { issuerKeyId, leaseId });
    if (typeof verdict === 'object') differences.push(verdict);
  }
  return { compared: listed.size, differences };
};
