export {
  failedLeaseViewExample,
  issuerModelsExample,
  leaseIssuedExample,
  leaseIssueFailedExample,
  leaseRevealedExample,
  leaseStartedExample,
  leaseViewExample,
  replacedSecretExample,
  revealLeaseExample,
  secretViewExample,
  shreddedSecretExample,
  submissionKeyExample,
} from './examples.ts';
export { golden } from './golden.ts';
