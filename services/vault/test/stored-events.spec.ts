import { storedEventsContract } from '@keyledger/event-sourcing/testing';
import { bulkRevocationCodec } from '../src/domain/bulk-revocation/bulk-revocation.messages.ts';
import { heldKeyCodec } from '../src/domain/held-key/held-key.messages.ts';
import { leaseCodec } from '../src/domain/lease/lease.messages.ts';
import { leaseUsageCodec } from '../src/domain/lease-usage/lease-usage.messages.ts';
import { masterKeyCodec } from '../src/domain/master-key/master-key.messages.ts';
import { reconciliationCodec } from '../src/domain/reconciliation/reconciliation.messages.ts';
import { secretCodec } from '../src/domain/secret/secret.messages.ts';
import { stockCodec } from '../src/domain/stock/stock.messages.ts';
import { submissionKeyCodec } from '../src/domain/submission-key/submission-key.messages.ts';
import { testRunCodec } from '../src/domain/test-run/test-run.messages.ts';

storedEventsContract(new URL('./golden/', import.meta.url), {
  lease: leaseCodec,
  secret: secretCodec,
  masterKey: masterKeyCodec,
  submissionKey: submissionKeyCodec,
  stock: stockCodec,
  heldKey: heldKeyCodec,
  testRun: testRunCodec,
  reconciliation: reconciliationCodec,
  leaseUsage: leaseUsageCodec,
  bulkRevocation: bulkRevocationCodec,
});
