import {
  leaseChangeFailed,
  leaseLimitsChanged,
  leaseLimitsChangeStarted,
  leaseRenewalStarted,
  leaseRenewed,
  leaseResumed,
  leaseResumptionStarted,
  leaseSuspended,
  leaseSuspensionStarted,
} from './lease.changes.examples.ts';
import {
  firstKeyDiscarded,
  leaseEndingDelayed,
  leaseExpired,
  leaseExpiryStarted,
  leaseKeyEndConfirmed,
  leaseKeyEndRequested,
  leaseRevocationStarted,
  leaseRevoked,
} from './lease.ending.examples.ts';
import { leaseEvents as issuingEvents } from './lease.examples.ts';
import { custodianAsked, leaseKeyLost, leaseKeyRequested } from './lease.making.examples.ts';
import type { LeaseEvent } from './lease.messages.ts';
import {
  leaseBudgetCarriedOver,
  leaseKeyRetired,
  leaseKeyRetirementOrdered,
  leaseRotated,
  leaseRotationDelivered,
  leaseRotationFailed,
  leaseRotationStarted,
  successorSealed,
} from './lease.rotation.examples.ts';

/** One of each type at least. */
export const leaseEvents: readonly LeaseEvent[] = [
  ...issuingEvents,
  leaseKeyRequested,
  custodianAsked,
  leaseKeyLost,
  leaseRenewalStarted,
  leaseRenewed,
  leaseLimitsChangeStarted,
  leaseLimitsChanged,
  leaseSuspensionStarted,
  leaseSuspended,
  leaseResumptionStarted,
  leaseResumed,
  leaseChangeFailed,
  leaseRotationStarted,
  leaseBudgetCarriedOver,
  successorSealed,
  leaseRotated,
  leaseRotationFailed,
  leaseRotationDelivered,
  leaseKeyRetirementOrdered,
  leaseKeyRetired,
  leaseRevocationStarted,
  leaseRevoked,
  firstKeyDiscarded,
  leaseExpiryStarted,
  leaseExpired,
  leaseEndingDelayed,
  leaseKeyEndRequested,
  leaseKeyEndConfirmed,
];
