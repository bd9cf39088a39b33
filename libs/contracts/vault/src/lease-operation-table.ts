import { GetBulkRevocation, PreviewLeaseRevocation, RevokeLeases } from './bulk-revocation.ts';
import { ConfirmKeyEnded, HandInKey, ListCustodianTasks } from './custodian.ts';
import {
  ChangeLeaseLimits,
  IssueLease,
  RenewLease,
  ResumeLease,
  RetireLeaseKey,
  RevokeLease,
  RotateLease,
  SuspendLease,
} from './lease-operations.ts';
import { ListLeases } from './lease-queries.ts';

/** How leases are looked after: the vault answers all of these, and the gateway asks for them. */
export const leaseOperations = {
  issueLease: IssueLease,
  renewLease: RenewLease,
  changeLeaseLimits: ChangeLeaseLimits,
  suspendLease: SuspendLease,
  resumeLease: ResumeLease,
  rotateLease: RotateLease,
  retireLeaseKey: RetireLeaseKey,
  revokeLease: RevokeLease,
  revokeLeases: RevokeLeases,
  handInKey: HandInKey,
  confirmKeyEnded: ConfirmKeyEnded,
  listLeases: ListLeases,
  previewLeaseRevocation: PreviewLeaseRevocation,
  getBulkRevocation: GetBulkRevocation,
  listCustodianTasks: ListCustodianTasks,
};
