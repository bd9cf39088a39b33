import { isTransient } from '@keyledger/errors';
import type { Clock } from '@keyledger/event-sourcing';
import { growingRests } from '../growing-rests.ts';
import { inRounds } from '../in-rounds.ts';
import { ownContext } from '../own-context.ts';
import type { DueCursor, LeaseReader, LeaseRow } from '../ports/lease-table.port.ts';
import type { SealStatus } from './unsealing.ts';
import type { AdvanceLease } from './lease.runner.ts';

/** Leases read at once. */
const PAGE = 200;

const MINUTE_MS = 60_000;

/** An issuer that does not answer is asked again after a minute, and at least every eight. */
const ISSUER_REST = { firstMs: MINUTE_MS, mostMs: 8 * MINUTE_MS };

/** A lease that fails rests longer than its issuer, so that the next look begins with another one. */
const LEASE_REST = { firstMs: 2 * MINUTE_MS, mostMs: 15 * MINUTE_MS };

export interface ResumeDeps {
  readonly leases: LeaseReader;
  readonly advanceLease: AdvanceLease;
  readonly sealStatus: () => SealStatus;
  readonly clock: Clock;
  readonly intervalMs: number;
  readonly report: (leaseId: string, error: unknown) => void;
}

/** The issuer has said no about this lease alone, and keeps saying so. */
const isRefusedAlone = ({ delay }: LeaseRow['lease']): boolean =>
  delay !== undefined && delay.cause !== 'issuer-unavailable';

/**
 * Continues leases that are due: whose time is over, or that were left behind by a message that was lost or given up, or by
 * an issuer that does not answer. The same work as in the reactor, so it does no harm when both happen.
 *
 * Issuers are looked after beside each other, each as soon as it is free: one that is slow or away, with however many
 * leases, holds up none of another. Of one issuer every due lease is looked at, the longest due first. An issuer that does
 * not answer for one lease is not asked for others before it has rested, and a lease that fails rests as well, both for
 * longer each time; so a lease that can never succeed does not stand in the way of those behind it.
 */
export const resumeWaitingLeases = (deps: ResumeDeps) => {
  const { clock, leases, report } = deps;
  const issuerRests = growingRests({ clock, ...ISSUER_REST });
  const leaseRests = growingRests({ clock, ...LEASE_REST });
  const busy = new Map<string, Promise<void>>();
  let fault: { readonly error: unknown } | undefined;

  /** Whether the issuer may be asked for the next one. */
  const resume = async ({ lease }: LeaseRow): Promise<boolean> => {
    const { leaseId, terms } = lease;
    try {
      await deps.advanceLease(leaseId, ownContext(clock(), terms.requestId));
      leaseRests.succeeded(leaseId);
      issuerRests.succeeded(terms.issuer);
      return true;
    } catch (error) {
      report(leaseId, error);
      leaseRests.failed(leaseId);
      if (!isTransient(error) || isRefusedAlone(lease)) return true;
      issuerRests.failed(terms.issuer);
      return false;
    }
  };

  const lookAfter = async (issuer: string, signal: AbortSignal | undefined): Promise<void> => {
    let after: DueCursor | undefined;
    do {
      const page = await leases.findDue(issuer, clock(), PAGE, after);
      for (const row of page) {
        if (signal?.aborted === true) return;
        if (!leaseRests.isResting(row.lease.leaseId) && !(await resume(row))) return;
      }
      const last = page.length < PAGE ? undefined : page.at(-1);
      after = last?.dueAt === undefined ? undefined : { dueAt: last.dueAt, leaseId: last.lease.leaseId };
    } while (after !== undefined);
  };

  const begin = async (signal?: AbortSignal): Promise<void> => {
    if (deps.sealStatus().isSealed) return;
    for (const issuer of await leases.issuersWithDue(clock())) {
      if (busy.has(issuer) || issuerRests.isResting(issuer)) continue;
      const work = lookAfter(issuer, signal).catch((error: unknown) => {
        fault = { error };
      });
      busy.set(
        issuer,
        work.finally(() => busy.delete(issuer)),
      );
    }
  };

  /** What could not be read is told by whoever waits, or begins the next time. */
  const tellFault = (): void => {
    const { error } = fault ?? {};
    const isFaulty = fault !== undefined;
    fault = undefined;
    if (isFaulty) throw error;
  };

  const idle = async (): Promise<void> => {
    await Promise.all(busy.values());
    tellFault();
  };

  return {
    /** Looks after every issuer that is free, and waits for the end of it. */
    round: async (): Promise<void> => {
      await begin();
      await idle();
    },
    run: async (signal: AbortSignal): Promise<void> => {
      const next = async (): Promise<void> => {
        tellFault();
        await begin(signal);
      };
      await inRounds(next, deps.intervalMs, signal);
      await idle();
    },
  };
};
