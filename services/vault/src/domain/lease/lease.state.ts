import type { FailureCause, LeaseEvent, LeaseTerms } from './lease.messages.ts';

/** A key that was chosen and sealed; whether the issuer knows it is said by the status of the lease. */
export interface LeaseKey {
  readonly issuerKeyId: string;
  readonly mask: string;
}

interface Known {
  readonly leaseId: string;
  readonly terms: LeaseTerms;
  readonly generation: number;
  readonly alias: string;
  readonly startedAt: string;
  /** Start of the current series of attempts. */
  readonly attemptedSince: string;
  readonly key: LeaseKey | undefined;
  /** Keys of earlier generations that may be live at the issuer and must not be. */
  readonly discardable: readonly string[];
  readonly retryIds: readonly string[];
}

export interface LeaseFailure {
  readonly cause: FailureCause;
  readonly message: string;
  readonly mayExistAtIssuer: boolean;
  readonly failedAt: string;
}

export type StartedLease = Known & { readonly status: 'started' };
export type IssuedLease = Known & {
  readonly status: 'issued';
  readonly key: LeaseKey;
  readonly issuedAt: string;
  readonly expiresAt: string | undefined;
};
export type FailedLease = Known & { readonly status: 'failed'; readonly failure: LeaseFailure };

export type Lease = Readonly<{ status: 'absent' }> | StartedLease | IssuedLease | FailedLease;

export const initialState: Lease = { status: 'absent' };

const started = ({ leaseId, generation, alias, startedAt, ...terms }: DataOf<'LeaseStarted'>): StartedLease => ({
  status: 'started',
  leaseId,
  terms,
  generation,
  alias,
  startedAt,
  attemptedSince: startedAt,
  key: undefined,
  discardable: [],
  retryIds: [],
});

const retried = (
  lease: StartedLease | IssuedLease | FailedLease,
  { generation, alias, retryId, retriedAt }: DataOf<'LeaseIssueRetried'>,
): StartedLease => {
  const isSameKey = generation === lease.generation;
  const isAbandoned = !isSameKey && lease.status === 'failed' && lease.failure.mayExistAtIssuer;
  return {
    status: 'started',
    leaseId: lease.leaseId,
    terms: lease.terms,
    generation,
    alias,
    startedAt: lease.startedAt,
    attemptedSince: retriedAt,
    key: isSameKey ? lease.key : undefined,
    discardable:
      isAbandoned && lease.key !== undefined ? [...lease.discardable, lease.key.issuerKeyId] : lease.discardable,
    retryIds: [...lease.retryIds, retryId],
  };
};

export const evolve = (state: Lease, event: LeaseEvent): Lease => {
  if (event.type === 'LeaseStarted') return started(event.data);
  if (state.status === 'absent') return state;
  switch (event.type) {
    case 'LeaseKeySealed': {
      const { issuerKeyId, mask } = event.data;
      return { ...state, key: { issuerKeyId, mask } };
    }
    case 'LeaseIssued': {
      const { issuerKeyId, mask, issuedAt, expiresAt } = event.data;
      return { ...state, status: 'issued', key: { issuerKeyId, mask }, issuedAt, expiresAt };
    }
    case 'LeaseIssueFailed': {
      const { cause, message, mayExistAtIssuer, failedAt } = event.data;
      return { ...state, status: 'failed', failure: { cause, message, mayExistAtIssuer, failedAt } };
    }
    case 'LeaseIssueRetried':
      return retried(state, event.data);
    case 'LeaseKeyDiscarded':
      return { ...state, discardable: state.discardable.filter((id) => id !== event.data.issuerKeyId) };
  }
};

type DataOf<Type extends LeaseEvent['type']> = Extract<LeaseEvent, { type: Type }>['data'];
