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
export { golden } from './golden.ts';
