import type { DataOf, LeaseEvent } from './lease.messages.ts';

type TimeFields = { readonly [Type in LeaseEvent['type']]: keyof DataOf<Type> & `${string}At` };

const timeFields: TimeFields = {
  LeaseStarted: 'startedAt',
  LeaseKeyRequested: 'requestedAt',
  LeaseKeySealed: 'sealedAt',
  LeaseKeyLost: 'lostAt',
  LeaseIssued: 'issuedAt',
  LeaseIssueFailed: 'failedAt',
  LeaseIssueRetried: 'retriedAt',
  LeaseKeyDiscarded: 'discardedAt',
  LeaseRenewalStarted: 'startedAt',
  LeaseRenewed: 'renewedAt',
  LeaseLimitsChangeStarted: 'startedAt',
  LeaseLimitsChanged: 'changedAt',
  LeaseSuspensionStarted: 'startedAt',
  LeaseSuspended: 'suspendedAt',
  LeaseResumptionStarted: 'startedAt',
  LeaseResumed: 'resumedAt',
  LeaseChangeFailed: 'failedAt',
  LeaseRotationStarted: 'startedAt',
  LeaseBudgetCarriedOver: 'carriedAt',
  LeaseRotated: 'rotatedAt',
  LeaseRotationFailed: 'failedAt',
  LeaseRotationDelivered: 'deliveredAt',
  LeaseKeyRetirementOrdered: 'orderedAt',
  LeaseKeyRetired: 'retiredAt',
  LeaseRevocationStarted: 'startedAt',
  LeaseRevoked: 'revokedAt',
  LeaseExpiryStarted: 'startedAt',
  LeaseExpired: 'expiredAt',
  LeaseEndingDelayed: 'delayedAt',
  LeaseKeyEndRequested: 'requestedAt',
  LeaseKeyEndConfirmed: 'confirmedAt',
};

/** When an event happened. */
export const timeOf = ({ type, data }: LeaseEvent): string =>
  (data as unknown as Readonly<Record<string, string>>)[timeFields[type]] ?? '';
