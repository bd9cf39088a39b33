import {
  type Clock,
  type EventStore,
  type ExpectedRevision,
  isId,
  loadStream,
  loadStreams,
} from '@keyledger/event-sourcing';
import { lease as leases } from '../../domain/lease/lease.decider.ts';
import type { LedgerLease } from '../../domain/policies/compare-keys.policy.ts';
import { ledgerLeaseOf } from '../../domain/reconciliation/ledger-lease.ts';
import { liveLeases } from '../live-leases.ts';
import type { LeaseReader } from '../ports/lease-table.port.ts';

export interface LedgerEntry {
  /** Absent: there is no such lease. */
  readonly lease?: LedgerLease;
  /** Two equal ones say that nothing happened to the lease in between. */
  readonly revision: ExpectedRevision;
}

export interface Ledger {
  /** From the stream of the lease. */
  find(leaseId: string | undefined): Promise<LedgerEntry>;
  /** The same of several, read together; those that are not there are left out. */
  findAll(leaseIds: readonly string[]): Promise<ReadonlyMap<string, LedgerLease>>;
  /** Leases of an issuer that have a key which counts, as the read model has them: it may lag. */
  live(issuer: string): AsyncIterable<LedgerLease>;
}

const NOTHING: LedgerEntry = { revision: 'no-stream' };

export interface LedgerDeps {
  readonly eventStore: EventStore;
  readonly leases: LeaseReader;
  readonly clock: Clock;
}

export const ledgerOver = ({ eventStore, leases: reader, clock }: LedgerDeps): Ledger => {
  const now = (): string => clock().toISOString();
  return {
    find: async (leaseId) => {
      if (leaseId === undefined || !isId(leaseId)) return NOTHING;
      const { state, expected } = await loadStream(eventStore, leases, leaseId);
      return state.status === 'absent' ? NOTHING : { lease: ledgerLeaseOf(state, now()), revision: expected };
    },
    findAll: async (leaseIds) => {
      const wanted = new Map(leaseIds.filter(isId).map((leaseId) => [leaseId, undefined]));
      const loaded = await loadStreams(eventStore, leases, wanted);
      const known = [...loaded].flatMap(([leaseId, { state }]) =>
        state.status === 'absent' ? [] : [[leaseId, ledgerLeaseOf(state, now())] as const],
      );
      return new Map(known);
    },
    live: async function* (issuer) {
      for await (const page of liveLeases(reader, issuer)) for (const lease of page) yield ledgerLeaseOf(lease, now());
    },
  };
};
