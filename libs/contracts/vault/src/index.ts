export {
  type ConnectionTest,
  connectionTestSchema,
  testOutcomes,
  testStages,
  wantedConnectionSchema,
} from './connection.ts';
export { type ConnectionProvider, ListConnectionProviders } from './connection-provider.ts';
export { TestKey, TestSecret } from './connection-test.ts';
export { LeaseIssued, LeaseIssueFailed, LeaseRevealed, LeaseStarted } from './integration-events.ts';
export {
  differenceKinds,
  type DifferenceLimits,
  differenceStatuses,
  type DifferenceView,
  differenceViewSchema,
  type LeaseUsageView,
} from './difference.ts';
export { LeaseExpiryReminderDue, LeaseThresholdReached, LeaseUnused } from './lease-usage-events.ts';
export {
  LeaseExpired,
  LeaseKeyRetired,
  LeaseLimitsChanged,
  LeaseRenewed,
  LeaseResumed,
  LeaseRevoked,
  LeaseRotated,
  LeaseSuspended,
} from './lease-life-events.ts';
export {
  type BulkRevocationView,
  bulkRevocationViewSchema,
  GetBulkRevocation,
  PreviewLeaseRevocation,
  type RevocationScope,
  revocationScopeSchema,
  RevokeLeases,
} from './bulk-revocation.ts';
export {
  ConfirmKeyEnded,
  type CustodianTask,
  custodianTaskKinds,
  custodianTaskSchema,
  HandInKey,
  ListCustodianTasks,
} from './custodian.ts';
export {
  ChangeLeaseLimits,
  IssueLease,
  RenewLease,
  ResumeLease,
  RevokeLease,
  RetireLeaseKey,
  RotateLease,
  SuspendLease,
} from './lease-operations.ts';
export { leaseOperations } from './lease-operation-table.ts';
export { leaseFilterSchema, ListLeases } from './lease-queries.ts';
export {
  leaseBudgetSchema,
  leaseChanges,
  leaseEnds,
  leaseRateLimitsSchema,
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
export {
  MasterKeyRotationCompleted,
  MasterKeyRotationProgressed,
  MasterKeyRotationStarted,
  MasterKeyStatusChanged,
} from './master-key-events.ts';
export { FindLeaseByRequest, GetLease, ListIssuerModels, RevealLease } from './operations.ts';
export {
  AcknowledgeDifference,
  ListDifferences,
  ListLeaseUsage,
  ListReconciliations,
  ReconcileIssuer,
  RepairDifference,
} from './reconciliation-operations.ts';
export {
  LONGEST_VALUE,
  secretOrigins,
  secretStatuses,
  type SecretView,
  secretViewSchema,
  submissionKeySchema,
  submittedValueSchema,
} from './secret.ts';
export {
  LARGEST_BATCH,
  LARGEST_BATCH_BYTES,
  type RevealedItem,
  revealedKeysSchema,
  RevealSecrets,
  revealWishesSchema,
  type SealedItem,
  SealSecrets,
  submittedValuesSchema,
} from './secret-batches.ts';
export {
  GetSecret,
  GetSubmissionKey,
  GrantCheckout,
  ListSecrets,
  ReplaceSecret,
  RestoreSecret,
  RevealSecret,
  revealWishSchema,
  RevokeCheckoutGrant,
  RotateSubmissionKey,
  SealSecret,
  ShredSecret,
} from './secret-operations.ts';
export {
  GetTestRun,
  TestRunCompleted,
  TestRunProgressed,
  TestRunStarted,
  testRunStatuses,
  type TestRunView,
  testRunViewSchema,
  TestSecrets,
} from './test-run.ts';
