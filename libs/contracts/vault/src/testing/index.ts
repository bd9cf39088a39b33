export {
  failedLeaseViewExample,
  issuerModelsExample,
  leaseIssuedExample,
  leaseIssueFailedExample,
  leaseRevealedExample,
  leaseStartedExample,
  leaseViewExample,
  revealLeaseExample,
} from './examples.ts';
export { goldenEvent, type GoldenEvent, goldenFiles, goldenOperation, type GoldenOperation } from './golden.ts';
