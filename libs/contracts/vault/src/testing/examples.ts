import { LeaseIssued, LeaseIssueFailed, LeaseRevealed, LeaseStarted } from '../integration-events.ts';
import { leaseViewSchema } from '../lease.ts';
import { ListIssuerModels, RevealLease } from '../operations.ts';
import { goldenEvent, goldenOperation } from './golden.ts';

/** Example messages for the tests of those who talk to the vault: its golden files, typed. */
export const leaseStartedExample = LeaseStarted.schema.parse(goldenEvent('LeaseStarted.event.v1.json').data);
export const leaseIssuedExample = LeaseIssued.schema.parse(goldenEvent('LeaseIssued.event.v1.json').data);
export const leaseIssueFailedExample = LeaseIssueFailed.schema.parse(
  goldenEvent('LeaseIssueFailed.event.v1.json').data,
);
export const leaseRevealedExample = LeaseRevealed.schema.parse(goldenEvent('LeaseRevealed.event.v1.json').data);
export const leaseViewExample = leaseViewSchema.parse(goldenOperation('GetLease.query.json').replies[0]);
export const failedLeaseViewExample = leaseViewSchema.parse(goldenOperation('GetLease.query.json').replies[1]);
export const revealLeaseExample = RevealLease.input.parse(goldenOperation('RevealLease.command.json').input);
export const issuerModelsExample = ListIssuerModels.reply.parse(
  goldenOperation('ListIssuerModels.query.json').replies[0],
);
