export { LeaseIssued, LeaseIssueFailed, LeaseRevealed, LeaseStarted } from './integration-events.ts';
export {
  leaseStatuses,
  type LeaseView,
  leaseViewSchema,
  type RecipientKey,
  recipientKeySchema,
  revealedKeySchema,
} from './lease.ts';
export {
  ListMasterKeys,
  MarkMasterKeyCompromised,
  type MasterKeyRotation,
  masterKeyRotationSchema,
  masterKeyStatuses,
  type MasterKeyView,
  masterKeyViewSchema,
  ResumeMasterKey,
  RetireMasterKey,
  RotateMasterKey,
  SuspendMasterKey,
} from './master-key.ts';
export { FindLeaseByRequest, GetLease, ListIssuerModels, RevealLease } from './operations.ts';
