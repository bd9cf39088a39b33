import { commandHandler, type EventStore, type LoadedStream } from '@keyledger/event-sourcing';
import type { LiveLease } from '../../domain/lease/lease.state.ts';
import { leaseUsage } from '../../domain/lease-usage/lease-usage.decider.ts';
import type { LeaseUsage } from '../../domain/lease-usage/lease-usage.state.ts';
import type { UsageRules } from '../../domain/policies/usage-rules.policy.ts';
import { liveLeases } from '../live-leases.ts';
import { ownContext } from '../own-context.ts';
import type { Issuer } from '../ports/issuer.port.ts';
import type { KeyUsage } from '../ports/issuer-keys.ts';
import type { LeaseReader } from '../ports/lease-table.port.ts';
import type { LeaseUsageReader } from '../ports/lease-usage-table.port.ts';
import { type IssuerRounds, issuerRounds, type IssuerRoundsDeps } from '../processes/issuer-rounds.ts';
import { usedKeysOf, watchedLeaseOf } from './watched-lease.ts';

export interface WatchLeasesDeps extends IssuerRoundsDeps {
  readonly eventStore: EventStore;
  readonly leases: LeaseReader;
  readonly usage: LeaseUsageReader;
  readonly rules: UsageRules;
}

interface Usage {
  readonly countsForEver: boolean;
  readonly byKey: ReadonlyMap<string, KeyUsage>;
  /** Why it is not all. */
  readonly fault?: unknown;
}

/** Ids alone are kept of all leases, so that the issuer is asked once however many there are. */
const usedKeys = async (leases: LeaseReader, { name, usage }: Issuer): Promise<readonly string[]> => {
  const keyIds: string[] = [];
  if (usage !== undefined) for await (const page of liveLeases(leases, name)) keyIds.push(...page.flatMap(usedKeysOf));
  return keyIds;
};

/** What was told before a failure counts. */
const readUsage = async ({ usage }: Issuer, keyIds: readonly string[]): Promise<Usage> => {
  const byKey = new Map<string, KeyUsage>();
  const countsForEver = usage?.countsForEver === true;
  try {
    if (keyIds.length > 0) for await (const each of usage?.usageOf(keyIds) ?? []) byKey.set(each.issuerKeyId, each);
    return { countsForEver, byKey };
  } catch (fault) {
    return { countsForEver, byKey, fault };
  }
};

/** The streams of leases as the read model has them; one that it does not know has not begun. */
const seenOf = async (usage: LeaseUsageReader, leases: readonly LiveLease[]) => {
  const rows = await usage.findAll(leases.map(({ leaseId }) => leaseId));
  const known = new Map(
    rows.map(({ usage: { leaseId }, state, revision }) => [leaseId, { state, expected: revision }]),
  );
  return (leaseId: string): LoadedStream<LeaseUsage> =>
    known.get(leaseId) ?? { state: leaseUsage.decider.initialState, expected: 'no-stream' };
};

/**
 * Looks after live leases: what they spend, whether they are used, when they end. Which leases live comes from the read
 * model; one that ended a moment ago is looked at once more, which does no harm. So does what was told of them: should
 * that be out of date, an append meets a conflict and decides by the stream, and what was taken for unchanged is looked at
 * again in the next round. Reminders do not wait for an issuer that does not answer.
 */
export const watchLeases = (deps: WatchLeasesDeps): IssuerRounds => {
  const { clock, rules } = deps;
  const handle = commandHandler(deps.eventStore, leaseUsage);

  const watch = async (
    live: LiveLease,
    { byKey, countsForEver }: Usage,
    before: LoadedStream<LeaseUsage>,
  ): Promise<void> => {
    const lease = watchedLeaseOf(live);
    const seen = usedKeysOf(live).flatMap((keyId) => byKey.get(keyId) ?? []);
    const now = clock();
    const context = ownContext(now, lease.requestId ?? lease.leaseId);
    const data = { lease, seen, countsForEver, rules, now: now.toISOString() };
    await handle(live.leaseId, { type: 'WatchLease', data }, context, before);
  };

  return issuerRounds(deps, {
    name: 'read-usage',
    concerns: () => true,
    isWanted: () => Promise.resolve(false),
    perform: async (issuer) => {
      const usage = await readUsage(issuer, await usedKeys(deps.leases, issuer));
      for await (const leases of liveLeases(deps.leases, issuer.name)) {
        const seen = await seenOf(deps.usage, leases);
        for (const lease of leases) await watch(lease, usage, seen(lease.leaseId));
      }
      if (usage.fault !== undefined) throw usage.fault;
    },
  });
};
