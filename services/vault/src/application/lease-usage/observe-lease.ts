import { type Clock, commandHandler, type EventStore } from '@keyledger/event-sourcing';
import type { LiveLease } from '../../domain/lease/lease.state.ts';
import { leaseUsage } from '../../domain/lease-usage/lease-usage.decider.ts';
import type { LeaseUsage } from '../../domain/lease-usage/lease-usage.state.ts';
import type { UsageRules } from '../../domain/policies/usage-rules.policy.ts';
import { ownContext } from '../own-context.ts';
import { type Issuer, IssuerRefused } from '../ports/issuer.port.ts';
import type { KeyUsage } from '../ports/issuer-keys.ts';
import { usedKeysOf, watchedLeaseOf } from './watched-lease.ts';

export interface ObserveLeaseDeps {
  readonly eventStore: EventStore;
  readonly clock: Clock;
  readonly rules: UsageRules;
}

/**
 * Reads now what the keys of one lease have spent, and records it as the rounds of `watchLeases` do: for whoever needs to
 * know before something is done to a key. Of an issuer that refuses to say, what was known before. Throws the transient
 * fault of an issuer that does not answer.
 */
export const observeLease =
  ({ eventStore, clock, rules }: ObserveLeaseDeps) =>
  async (issuer: Issuer, live: LiveLease): Promise<LeaseUsage> => {
    const lease = watchedLeaseOf(live);
    const seen = await usageOf(issuer, usedKeysOf(live));
    const now = clock();
    const countsForEver = issuer.usage?.countsForEver === true;
    const data = { lease, seen, countsForEver, rules, now: now.toISOString() };
    const command = { type: 'WatchLease', data } as const;
    const context = ownContext(now, lease.requestId ?? lease.leaseId);
    return (await commandHandler(eventStore, leaseUsage)(lease.leaseId, command, context)).state;
  };

export type ObserveLease = ReturnType<typeof observeLease>;

const usageOf = async ({ usage }: Issuer, keyIds: readonly string[]): Promise<readonly KeyUsage[]> => {
  const seen: KeyUsage[] = [];
  try {
    if (usage !== undefined) for await (const each of usage.usageOf(keyIds)) seen.push(each);
  } catch (error) {
    if (!(error instanceof IssuerRefused)) throw error;
  }
  return seen;
};
