import type { ProcessManager } from '@keyledger/event-sourcing';
import type { Lease, StartedLease } from './lease.state.ts';

/** What must be done next on a lease that waits for its key. */
export type IssueStep = Readonly<
  | { kind: 'discard-key'; lease: StartedLease; issuerKeyId: string }
  | { kind: 'seal-key'; lease: StartedLease }
  | { kind: 'request-key'; lease: StartedLease; issuerKeyId: string }
>;

/**
 * Issues the key of a lease. Keys that an earlier generation may have left at the issuer go first, so that there are
 * never two. Then a key is chosen and sealed, and only when it lies sealed is the issuer asked to accept it: asking again
 * after a crash or a lost answer means asking for the same key.
 */
export const issueLease: ProcessManager<Lease, IssueStep> = {
  name: 'issue-lease',
  nextStep: (lease) => {
    if (lease.status !== 'started') return undefined;
    const [issuerKeyId] = lease.discardable;
    if (issuerKeyId !== undefined) return { kind: 'discard-key', lease, issuerKeyId };
    if (lease.key === undefined) return { kind: 'seal-key', lease };
    return { kind: 'request-key', lease, issuerKeyId: lease.key.issuerKeyId };
  },
};
