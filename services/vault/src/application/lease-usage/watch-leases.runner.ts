import { commandHandler, type EventStore } from '@keyledger/event-sourcing';
import type { LiveLease } from '../../domain/lease/lease.state.ts';
import { leaseUsage } from '../../domain/lease-usage/lease-usage.decider.ts';
import type { UsageRules } from '../../domain/policies/usage-rules.policy.ts';
import { liveLeases } from '../live-leases.ts';
import { ownContext } from '../own-context.ts';
import type { Issuer } from '../ports/issuer.port.ts';
import type { KeyUsage } from '../ports/issuer-keys.ts';
import type { LeaseReader } from '../ports/lease-table.port.ts';
import { type IssuerRounds, issuerRounds, type IssuerRoundsDeps } from '../processes/issuer-rounds.ts';
import { usedKeysOf, watchedLeaseOf } from './watched-lease.ts';

export interface WatchLeasesDeps extends IssuerRoundsDeps {
  readonly eventStore: EventStore;
  readonly leases: LeaseReader;
  readonly rules: UsageRules;
}

type Usage = ReadonlyMap<string, KeyUsage>;

const NOTHING: Usage = new Map();

const usageOf = async (issuer: Issuer, keyIds: readonly string[]): Promise<Usage> => {
  if (keyIds.length === 0 || issuer.usage === undefined) return NOTHING;
  const usage = new Map<string, KeyUsage>();
  for await (const each of issuer.usage.usageOf(keyIds)) usage.set(each.issuerKeyId, each);
  return usage;
};

/**
 * Looks after live leases: what they spend, whether they are used, when they end. Which leases live comes from the read
 * model; one that ended a moment ago is looked at once more, which does no harm. Reminders do not wait for an issuer that
 * does not answer.
 */
export const watchLeases = (deps: WatchLeasesDeps): IssuerRounds => {
  const { clock, rules } = deps;
  const handle = commandHandler(deps.eventStore, leaseUsage);

  const watch = async (live: LiveLease, usage: Usage): Promise<void> => {
    const lease = watchedLeaseOf(live);
    const seen = usedKeysOf(live).flatMap((keyId) => usage.get(keyId) ?? []);
    const now = clock();
    const context = ownContext(now, lease.requestId ?? lease.leaseId);
    await handle(live.leaseId, { type: 'WatchLease', data: { lease, seen, rules, now: now.toISOString() } }, context);
  };

  return issuerRounds(deps, {
    name: 'read-usage',
    concerns: () => true,
    isWanted: () => Promise.resolve(false),
    perform: async (issuer) => {
      const faults: unknown[] = [];
      for await (const leases of liveLeases(deps.leases, issuer.name)) {
        const usage = await usageOf(issuer, leases.flatMap(usedKeysOf)).catch((error: unknown) => {
          faults.push(error);
          return NOTHING;
        });
        for (const lease of leases) await watch(lease, usage);
      }
      if (faults.length > 0) throw faults[0];
    },
  });
};
