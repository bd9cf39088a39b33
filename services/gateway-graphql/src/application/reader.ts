import type { KeyRequestView } from '@keyledger/contracts-approval';
import type { AuditEvent, AuditFilter } from '@keyledger/contracts-audit';
import type { DeliveryView } from '@keyledger/contracts-delivery';
import type { ModelView, ProviderView } from '@keyledger/contracts-registry';
import type {
  BulkRevocationView,
  CustodianTask,
  DifferenceView,
  LeaseUsageView,
  LeaseView,
  ListCustodianTasks,
  ListDifferences,
  ListLeases,
  ListMasterKeys,
  ListSecrets,
  PreviewLeaseRevocation,
  SecretView,
  TestRunView,
} from '@keyledger/contracts-vault';
import type { InputOf, Page, ReplyOf } from '@keyledger/messaging';
import type { ListKeyRequests } from '@keyledger/contracts-approval';
import DataLoader from 'dataloader';
import { about, type Asker } from './asker.ts';
import type { Services } from './services.ts';

export interface PageRequest {
  readonly first: number;
  readonly after?: string;
}

/**
 * Reads in the name of one principal. Each thing is asked for once, however many fields show it; a reader lives as long
 * as one answer, so what it remembers is never stale for the next.
 */
export interface Reader {
  keyRequest(requestId: string): Promise<KeyRequestView | null>;
  keyRequests(input: InputOf<typeof ListKeyRequests>): Promise<Page<KeyRequestView>>;
  lease(leaseId: string): Promise<LeaseView | null>;
  leaseOf(requestId: string): Promise<LeaseView | null>;
  /** `undefined`: nothing is known, or not for this principal. */
  usageOf(leaseId: string): Promise<LeaseUsageView | undefined>;
  differences(input: InputOf<typeof ListDifferences>): Promise<Page<DifferenceView>>;
  leases(input: InputOf<typeof ListLeases>): Promise<Page<LeaseView>>;
  leaseRevocation(input: InputOf<typeof PreviewLeaseRevocation>): Promise<ReplyOf<typeof PreviewLeaseRevocation>>;
  bulkRevocation(bulkId: string): Promise<BulkRevocationView | null>;
  custodianTasks(input: InputOf<typeof ListCustodianTasks>): Promise<Page<CustodianTask>>;
  testRun(runId: string): Promise<TestRunView | null>;
  secret(secretId: string): Promise<SecretView | null>;
  secrets(input: InputOf<typeof ListSecrets>): Promise<Page<SecretView>>;
  masterKeys(): Promise<ReplyOf<typeof ListMasterKeys>>;
  deliveriesOf(requestId: string): Promise<readonly DeliveryView[]>;
  historyOf(id: string, page: PageRequest): Promise<Page<AuditEvent>>;
  auditEvents(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEvent>>;
  model(modelId: string): Promise<ModelView | null>;
  models(page: PageRequest): Promise<Page<ModelView>>;
  featuredModels(): Promise<readonly ModelView[]>;
  providers(): Promise<readonly ProviderView[]>;
}

/** The contracts answer for one id at a time, so a batch is asked for side by side; each id fails for itself. */
const loadEach = <Value>(load: (id: string) => Promise<Value>): DataLoader<string, Value> =>
  new DataLoader<string, Value>(async (ids) => {
    const settled = await Promise.allSettled(ids.map(load));
    return settled.map((outcome) =>
      outcome.status === 'fulfilled'
        ? outcome.value
        : outcome.reason instanceof Error
          ? outcome.reason
          : new Error('A service failed with something that is no error'),
    );
  });

export const readerFor = ({ registry, approval, vault, delivery, audit }: Services, asker: Asker): Reader => {
  const keyRequests = loadEach((requestId) => approval.get({ requestId }, about(asker, requestId)));
  const leases = loadEach((leaseId) => vault.getLease({ leaseId }, asker));
  const leasesOfRequests = loadEach((requestId) => vault.findLeaseByRequest({ requestId }, about(asker, requestId)));
  const usages = new DataLoader<string, LeaseUsageView | undefined>(
    async (leaseIds) => {
      const { usages: known } = await vault.listLeaseUsage({ leaseIds: [...leaseIds] }, asker);
      return leaseIds.map((leaseId) => known.find((usage) => usage.leaseId === leaseId));
    },
    { maxBatchSize: 200 },
  );
  const secrets = loadEach((secretId) => vault.getSecret({ secretId }, asker));
  const masterKeys = loadEach(() => vault.listMasterKeys({}, asker));
  const deliveries = loadEach((requestId) => delivery.findByRequest({ requestId }, about(asker, requestId)));
  const models = loadEach((modelId) => registry.getModel({ modelId }, asker));
  const providers = loadEach(() => registry.listProviders({}, asker));
  return {
    keyRequest: (requestId) => keyRequests.load(requestId),
    keyRequests: (input) => approval.list(input, asker),
    lease: (leaseId) => leases.load(leaseId),
    leaseOf: (requestId) => leasesOfRequests.load(requestId),
    usageOf: (leaseId) => usages.load(leaseId),
    differences: (input) => vault.listDifferences(input, asker),
    leases: (input) => vault.listLeases(input, asker),
    leaseRevocation: (input) => vault.previewLeaseRevocation(input, asker),
    bulkRevocation: (bulkId) => vault.getBulkRevocation({ bulkId }, asker),
    custodianTasks: (input) => vault.listCustodianTasks(input, asker),
    testRun: (runId) => vault.getTestRun({ runId }, asker),
    secret: (secretId) => secrets.load(secretId),
    secrets: (input) => vault.listSecrets(input, asker),
    masterKeys: () => masterKeys.load('all'),
    deliveriesOf: async (requestId) => (await deliveries.load(requestId)).deliveries,
    historyOf: (id, page) => audit.getKeyHistory({ ...page, id }, asker),
    auditEvents: (filter, page) => audit.listEvents({ ...page, filter }, asker),
    model: (modelId) => models.load(modelId),
    models: (page) => registry.listModels(page, asker),
    featuredModels: async () => (await registry.listFeaturedModels({}, asker)).models,
    providers: async () => (await providers.load('all')).providers,
  };
};
