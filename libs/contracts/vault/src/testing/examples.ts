import { ListConnectionProviders } from '../connection-provider.ts';
import { differenceViewSchema, leaseUsageViewSchema } from '../difference.ts';
import { LeaseIssued, LeaseIssueFailed, LeaseRevealed, LeaseStarted } from '../integration-events.ts';
import { LeaseExpiryReminderDue, LeaseThresholdReached, LeaseUnused } from '../lease-usage-events.ts';
import { leaseViewSchema } from '../lease.ts';
import { ListMasterKeys } from '../master-key.ts';
import {
  MasterKeyRotationCompleted,
  MasterKeyRotationProgressed,
  MasterKeyRotationStarted,
  MasterKeyStatusChanged,
} from '../master-key-events.ts';
import { ListIssuerModels, RevealLease } from '../operations.ts';
import { secretViewSchema, submissionKeySchema } from '../secret.ts';
import { golden } from './golden.ts';

/** Example messages for the tests of those who talk to the vault: its golden files, typed. */
export const leaseStartedExample = LeaseStarted.schema.parse(golden.event('LeaseStarted.event.v1.json').data);
export const leaseIssuedExample = LeaseIssued.schema.parse(golden.event('LeaseIssued.event.v1.json').data);
export const leaseIssueFailedExample = LeaseIssueFailed.schema.parse(
  golden.event('LeaseIssueFailed.event.v1.json').data,
);
export const leaseRevealedExample = LeaseRevealed.schema.parse(golden.event('LeaseRevealed.event.v1.json').data);
export const leaseViewExample = leaseViewSchema.parse(golden.operation('GetLease.query.json').replies[0]);
export const failedLeaseViewExample = leaseViewSchema.parse(golden.operation('GetLease.query.json').replies[1]);
export const revealLeaseExample = RevealLease.input.parse(golden.operation('RevealLease.command.json').input);
export const issuerModelsExample = ListIssuerModels.reply.parse(
  golden.operation('ListIssuerModels.query.json').replies[0],
);
export const connectionProvidersExample = ListConnectionProviders.reply.parse(
  golden.operation('ListConnectionProviders.query.json').replies[0],
);
export const secretViewExample = secretViewSchema.parse(golden.operation('GetSecret.query.json').replies[0]);
export const replacedSecretExample = secretViewSchema.parse(golden.operation('GetSecret.query.json').replies[1]);
export const shreddedSecretExample = secretViewSchema.parse(golden.operation('GetSecret.query.json').replies[2]);
export const submissionKeyExample = submissionKeySchema.parse(
  golden.operation('GetSubmissionKey.query.json').replies[0],
);
export const masterKeysExample = ListMasterKeys.reply.parse(golden.operation('ListMasterKeys.query.json').replies[1]);
export const masterKeyStatusChangedExample = MasterKeyStatusChanged.schema.parse(
  golden.event('MasterKeyStatusChanged.event.v1.json').data,
);
export const masterKeyRotationStartedExample = MasterKeyRotationStarted.schema.parse(
  golden.event('MasterKeyRotationStarted.event.v1.json').data,
);
export const masterKeyRotationProgressedExample = MasterKeyRotationProgressed.schema.parse(
  golden.event('MasterKeyRotationProgressed.event.v1.json').data,
);
export const masterKeyRotationCompletedExample = MasterKeyRotationCompleted.schema.parse(
  golden.event('MasterKeyRotationCompleted.event.v1.json').data,
);
export const leaseThresholdReachedExample = LeaseThresholdReached.schema.parse(
  golden.event('LeaseThresholdReached.event.v1.json').data,
);
export const leaseUnusedExample = LeaseUnused.schema.parse(golden.event('LeaseUnused.event.v1.json').data);
export const leaseExpiryReminderDueExample = LeaseExpiryReminderDue.schema.parse(
  golden.event('LeaseExpiryReminderDue.event.v1.json').data,
);
export const testedSecretExample = secretViewSchema.parse(
  golden.operation('GetSecret.query.json').replies.find((reply) => reply !== null && 'lastTest' in (reply as object)),
);
export const differenceExample = differenceViewSchema.parse(
  (golden.operation('ListDifferences.query.json').replies[0] as { items: readonly unknown[] }).items[0],
);
export const acknowledgedDifferenceExample = differenceViewSchema.parse(
  (golden.operation('ListDifferences.query.json').replies[0] as { items: readonly unknown[] }).items[1],
);
export const leaseUsageExample = leaseUsageViewSchema.parse(
  (golden.operation('ListLeaseUsage.query.json').replies[0] as { usages: readonly unknown[] }).usages[0],
);
