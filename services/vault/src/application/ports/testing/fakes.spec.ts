import { randomUUID } from 'node:crypto';
import type { Issuer } from '../issuer.port.ts';
import { FakeIssuer, FakeMakingIssuer } from './issuer.fake.ts';
import type { IssuerSubject } from './issuer.subject.ts';
import { differenceTableContract } from './difference-table.contract.ts';
import { FakeDifferenceTable } from './difference-table.fake.ts';
import { issuerContract } from './issuer.contract.ts';
import { keyRingContract } from './key-ring.contract.ts';
import { FakeKeyRing } from './key-ring.fake.ts';
import { leaseLockContract } from './lease-lock.contract.ts';
import { FakeLeaseLock } from './lease-lock.fake.ts';
import { leaseTableContract } from './lease-table.contract.ts';
import { FakeLeaseTable } from './lease-table.fake.ts';
import { leaseUsageTableContract } from './lease-usage-table.contract.ts';
import { FakeLeaseUsageTable } from './lease-usage-table.fake.ts';
import { masterKeySourceContract } from './master-key-source.contract.ts';
import { FakeMasterKeySource } from './master-key-source.fake.ts';
import { scheduleContract } from './schedule.contract.ts';
import { FakeSchedule } from './schedule.fake.ts';
import { testQuotaContract } from './test-quota.contract.ts';
import { FakeTestQuota } from './test-quota.fake.ts';
import { wrappedKeysContract } from './wrapped-keys.contract.ts';
import { secretTableContract } from './secret-table.contract.ts';
import { testRunTableContract } from './test-run-table.contract.ts';
import { FakeTestRunTable } from './test-run-table.fake.ts';
import { FakeSecretTable } from './secret-table.fake.ts';

const close = (): Promise<void> => Promise.resolve();

keyRingContract('the fake', () => Promise.resolve({ keyRing: new FakeKeyRing(), close }));

wrappedKeysContract('the fake', () => {
  const keyRing = new FakeKeyRing();
  return Promise.resolve({ keyRing, wrappedKeys: keyRing, uses: keyRing, close });
});

leaseLockContract('the fake', () => {
  const first = new FakeLeaseLock();
  return Promise.resolve({ first, second: new FakeLeaseLock(first.held), close });
});

leaseTableContract('the fake', () => {
  const table = new FakeLeaseTable();
  return Promise.resolve({ table, reader: table, inTransaction: (work) => work(undefined), close });
});

testRunTableContract('the fake', () => {
  const table = new FakeTestRunTable();
  return Promise.resolve({ table, reader: table, inTransaction: (work) => work(undefined), close });
});

secretTableContract('the fake', () => {
  const table = new FakeSecretTable();
  return Promise.resolve({ table, reader: table, inTransaction: (work) => work(undefined), close });
});

differenceTableContract('the fake', () => {
  const table = new FakeDifferenceTable();
  return Promise.resolve({ table, reader: table, inTransaction: (work) => work(undefined), close });
});

leaseUsageTableContract('the fake', () => {
  const table = new FakeLeaseUsageTable();
  return Promise.resolve({ table, reader: table, inTransaction: (work) => work(undefined), close });
});

testQuotaContract('the fake', () => Promise.resolve({ quota: new FakeTestQuota(), close }));

scheduleContract('the fake', () => Promise.resolve({ schedule: new FakeSchedule(), close }));

masterKeySourceContract('the fake', () => ({
  source: new FakeMasterKeySource('material'),
  same: new FakeMasterKeySource('material'),
  withOtherMaterial: new FakeMasterKeySource('other'),
  withoutMaterial: new FakeMasterKeySource(),
}));

const issuerSubject = (issuer: FakeIssuer | FakeMakingIssuer, refusing: Issuer): IssuerSubject => ({
  issuer,
  refusing,
  modelId: 'gpt-4o-mini',
  liveKeys: async (alias) => [...issuer.live].filter(([, key]) => key.alias === alias).map(([id]) => id),
  occupy: async (alias) => {
    issuer.live.set(randomUUID(), { alias, expiresAt: undefined, labels: undefined });
  },
  failNext: (call, when) => issuer.failNext(call, when),
  spend: async (issuerKeyId, spentUsd) => {
    const key = issuer.live.get(issuerKeyId);
    if (key !== undefined) issuer.live.set(issuerKeyId, { ...key, spentUsd });
  },
  close,
});

issuerContract('litellm', 'the fake', async () => {
  const issuer = new FakeIssuer();
  return issuerSubject(issuer, new FakeIssuer({ live: issuer.live, accepts: false }));
});

issuerContract('fake that makes keys', 'the fake that makes keys', async () => {
  const issuer = new FakeMakingIssuer();
  return issuerSubject(issuer, new FakeMakingIssuer({ live: issuer.live, accepts: false }));
});
