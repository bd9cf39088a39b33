import { LeaseRevealed } from '@keyledger/contracts-vault';
import { categoryOf } from '@keyledger/event-sourcing';
import type { EventPublication } from '@keyledger/messaging';
import { lease } from '../domain/lease/lease.decider.ts';
import { leaseCodec } from '../domain/lease/lease.messages.ts';
import { leaseUsage } from '../domain/lease-usage/lease-usage.decider.ts';
import { leaseUsageCodec } from '../domain/lease-usage/lease-usage.messages.ts';
import { masterKeys } from '../domain/master-key/master-key.decider.ts';
import { masterKeyCodec } from '../domain/master-key/master-key.messages.ts';
import { secret } from '../domain/secret/secret.decider.ts';
import { secretCodec, type SecretEvent } from '../domain/secret/secret.messages.ts';
import { testRun } from '../domain/test-run/test-run.decider.ts';
import { testRunCodec } from '../domain/test-run/test-run.messages.ts';
import { ofLease } from './lease-publication.ts';
import { ofLeaseUsage } from './lease-usage-publication.ts';
import { ofMasterKey } from './master-key-publication.ts';
import { ofTestRun } from './test-run-publication.ts';

/** The stream categories that the relay reads. */
export const publishedCategories: readonly string[] = [
  lease.category,
  leaseUsage.category,
  secret.category,
  masterKeys.category,
  testRun.category,
];

/** The key of a lease is the secret of the same id. Secrets of other things are not published. */
const ofSecret = ({ type, data }: SecretEvent): ReturnType<EventPublication> => {
  if (type !== 'SecretRevealed' || data.requestId === undefined) return undefined;
  const { secretId, requestId, version, generation = version, purpose, grantId } = data;
  return {
    definition: LeaseRevealed,
    data: { leaseId: secretId, requestId, generation, purpose, grantId },
  };
};

/** What other services may see of the vault's events. Nothing here holds a ciphertext. */
export const publication: EventPublication = (recorded) => {
  switch (categoryOf(recorded.stream)) {
    case lease.category:
      return ofLease(leaseCodec.decode(recorded));
    case leaseUsage.category:
      return ofLeaseUsage(leaseUsageCodec.decode(recorded));
    case secret.category:
      return ofSecret(secretCodec.decode(recorded));
    case masterKeys.category:
      return ofMasterKey(masterKeyCodec.decode(recorded));
    case testRun.category:
      return ofTestRun(testRunCodec.decode(recorded));
    default:
      return undefined;
  }
};
