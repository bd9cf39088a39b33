import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import {
  KeyRequestApproved,
  KeyRequestResumed,
  KeyRequestRetried,
  type KeyRequestTerms,
} from '@keyledger/contracts-approval';
import {
  FindLeaseByRequest,
  GetLease,
  ListIssuerModels,
  ListMasterKeys,
  MarkMasterKeyCompromised,
  ResumeMasterKey,
  RetireMasterKey,
  RevealLease,
  RotateMasterKey,
  SuspendMasterKey,
} from '@keyledger/contracts-vault';
import { categoryOf, commandHandler, deriveId, newId, type RecordedEvent, streamIdOf } from '@keyledger/event-sourcing';
import { InMemoryEventStore } from '@keyledger/event-sourcing/testing';
import {
  ANNOUNCER,
  type EventReactor,
  type IntegrationEvent,
  type IntegrationEventDefinition,
  servicePrincipal,
  toActor,
} from '@keyledger/messaging';
import { InMemoryAnnouncer, InMemoryRequestReply } from '@keyledger/messaging/testing';
import { DEAD_LETTERS } from '@keyledger/messaging-nats';
import { platformModule } from '@keyledger/nest-kit';
import { SecretBytes } from '@keyledger/secrets';
import { createLogger } from '@keyledger/telemetry';
import { Test } from '@nestjs/testing';
import { ISSUERS } from '../src/issuers.providers.ts';
import { type ConfiguredIssuer, configuredIssuers } from '../src/adapters/issuers/configured-issuers.ts';
import { ConnectionTestNatsHandlers } from '../src/adapters/nats/connection-test.nats-handlers.ts';
import { LeaseNatsHandlers } from '../src/adapters/nats/lease.nats-handlers.ts';
import { MasterKeyNatsHandlers } from '../src/adapters/nats/master-key.nats-handlers.ts';
import { ReconciliationNatsHandlers } from '../src/adapters/nats/reconciliation.nats-handlers.ts';
import { SecretNatsHandlers } from '../src/adapters/nats/secret.nats-handlers.ts';
import { VaultNatsHandlers } from '../src/adapters/nats/vault.nats-handlers.ts';
import { ownContext } from '../src/application/own-context.ts';
import type { Issuer } from '../src/application/ports/issuer.port.ts';
import type { LeaseLock } from '../src/application/ports/lease-lock.port.ts';
import type { SecretSealer } from '../src/application/ports/secret-sealer.port.ts';
import { FakeDifferenceTable } from '../src/application/ports/testing/difference-table.fake.ts';
import { FakeIssuer } from '../src/application/ports/testing/issuer.fake.ts';
import { FakeKeyRing } from '../src/application/ports/testing/key-ring.fake.ts';
import { FakeLeaseLock } from '../src/application/ports/testing/lease-lock.fake.ts';
import { FakeLeaseTable } from '../src/application/ports/testing/lease-table.fake.ts';
import { FakeTestRunTable } from '../src/application/ports/testing/test-run-table.fake.ts';
import { FakeLeaseUsageTable } from '../src/application/ports/testing/lease-usage-table.fake.ts';
import { FakeSchedule } from '../src/application/ports/testing/schedule.fake.ts';
import { FakeSecretTable } from '../src/application/ports/testing/secret-table.fake.ts';
import { FakeMasterKeySource } from '../src/application/ports/testing/master-key-source.fake.ts';
import type { AdvanceLease } from '../src/application/processes/lease.runner.ts';
import type { IssuerRounds } from '../src/application/processes/issuer-rounds.ts';
import { resumeWaitingLeases } from '../src/application/processes/resume-waiting-leases.runner.ts';
import type { BulkRevocations } from '../src/application/processes/bulk-revocation.runner.ts';
import type { RewrapDataKeys } from '../src/application/processes/rewrap-data-keys.runner.ts';
import type { ShredExpired } from '../src/application/processes/shred-expired.runner.ts';
import type { Unsealing } from '../src/application/processes/unsealing.ts';
import { differencesProjection } from '../src/application/projections/differences.projection.ts';
import { leaseUsageProjection } from '../src/application/projections/lease-usage.projection.ts';
import { leasesProjection } from '../src/application/projections/leases.projection.ts';
import { secretsProjection, shreddingProjection } from '../src/application/projections/secrets.projection.ts';
import type { IssuingLimits } from '../src/domain/policies/issuing-bounds.policy.ts';
import { testRunsProjection } from '../src/application/projections/test-runs.projection.ts';
import type { ScheduledTests } from '../src/application/connection-tests/scheduled-tests.runner.ts';
import type { TestRuns } from '../src/application/connection-tests/test-run.runner.ts';
import { SCHEDULED_TESTS, TEST_RUN_READER, TEST_RUNS } from '../src/connection-tests.providers.ts';
import { publication } from '../src/application/publication.ts';
import type { VaultConfig } from '../src/config.ts';
import { lease as leases } from '../src/domain/lease/lease.decider.ts';
import type { LeaseCommand } from '../src/domain/lease/lease.messages.ts';
import type { Lease } from '../src/domain/lease/lease.state.ts';
import { BULK_REVOCATIONS } from '../src/leases.providers.ts';
import {
  KEY_RING,
  LEASE_LOCK,
  LEASE_READER,
  MASTER_KEY_SOURCE,
  MASTER_KEY_USES,
  SECRET_READER,
  WRAPPED_KEYS,
} from '../src/outside.providers.ts';
import { REWRAP_DATA_KEYS, SECRET_SEALER, UNSEALING } from '../src/sealing.providers.ts';
import { ADVANCE_LEASE, SHRED_EXPIRED, VAULT_REACTORS, vaultModule } from '../src/vault.module.ts';
import {
  DIFFERENCE_READER,
  LEASE_USAGE_READER,
  RECONCILE_ISSUERS,
  SCHEDULE,
  WATCH_LEASES,
} from '../src/reconciliation.providers.ts';
import { answerReconciliation } from './answer-reconciliation.ts';
import { Life, mortal } from './mortal.ts';
import {
  connectionTestOperations,
  leaseOperations,
  secretOperations,
  type VaultClient,
  vaultClient,
} from './vault-client.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const standardConfig: VaultConfig = {
  platform: {} as VaultConfig['platform'],
  masterKeys: { writes: 'passphrase', sources: [] },
  issuers: [],
  litellm: { baseUrl: '', gatewayUrl: '', apiKey: SecretBytes.fromText(''), timeoutMs: 1 },
  issuing: { limits: { defaultDurationMs: 30 * 24 * 60 * MINUTE_MS }, giveUpAfterMs: 15 * MINUTE_MS },
  leases: {
    reconcileEveryMs: 60 * MINUTE_MS,
    readUsageEveryMs: 15 * MINUTE_MS,
    thresholds: [50, 80, 100],
    unusedAfterMs: 10 * DAY_MS,
    remindBeforeMs: [14 * DAY_MS, 3 * DAY_MS, DAY_MS],
  },
  keepVersionsMs: 30 * 24 * 60 * MINUTE_MS,
  connectionTests: { timeoutMs: 2_000, allowPrivate: ['127.0.0.1'], parallel: 2, everyMs: 60 * MINUTE_MS },
  warnings: [],
};

const issuerParts = {
  keys: ['issue'],
  changes: ['change'],
  suspension: ['suspend', 'resume'],
  inventory: ['findByAlias'],
} as const;

/** One process of the vault, as its module builds it. */
export interface Replica {
  readonly client: VaultClient;
  readonly advanceLease: AdvanceLease;
  readonly unsealing: Unsealing;
  readonly sealer: SecretSealer;
  readonly life: Life;
  /** A fact of approval reaches the reactors. */
  hear(event: IntegrationEvent): Promise<void>;
  /** A command to a lease, and what follows from it. */
  tell(command: LeaseCommand): Promise<Lease | undefined>;
  /** One round of the schedule of tests, which has a period of an hour. */
  testWhatIsDue(): Promise<void>;
  /** The tests of many secrets. */
  readonly testRuns: TestRuns;
  /** One round of the runner that wraps data keys anew. */
  rewrap(): Promise<void>;
  /** One round of the runner that shreds what is kept no longer. */
  shredExpired(): Promise<void>;
  /** One round of the runner that looks after leases left behind. */
  resume(): Promise<void>;
  /** One round of the runner that revokes leases together. */
  revokeTogether(): Promise<void>;
  /** One round of the runner that compares issuers with the ledger. */
  reconcile(): Promise<void>;
  /** One round of the runner that reads how keys are used. */
  watch(): Promise<void>;
}

export interface ReplicaOptions {
  readonly life?: Life;
  readonly lock?: LeaseLock;
  /** Default: true. */
  readonly isUnsealed?: boolean;
  /** In the place of the bounds of the standard configuration. */
  readonly limits?: IssuingLimits;
}

/** What is outside of the vault and survives its processes. Time stands still until a test moves it. */
export class Outside<Kind extends Issuer = FakeIssuer> {
  readonly eventStore = new InMemoryEventStore();
  readonly keyRing = new FakeKeyRing();
  readonly issuer: Kind;
  /** Asked for keys to models of their own, before `issuer`. */
  readonly otherIssuers: ConfiguredIssuer[] = [];
  readonly masterKeySource = new FakeMasterKeySource('material');
  readonly leases = new FakeLeaseTable();
  readonly secrets = new FakeSecretTable();
  readonly testRuns = new FakeTestRunTable();
  readonly differences = new FakeDifferenceTable();
  readonly usage = new FakeLeaseUsageTable();
  readonly schedule = new FakeSchedule();
  readonly announcer = new InMemoryAnnouncer(this.eventStore, publication);
  readonly logged: string[] = [];
  readonly #locks = new Set<string>();
  #now = Date.UTC(2026, 10, 21, 8);
  #projected: RecordedEvent['position'] | undefined;

  constructor(newIssuer?: (clock: () => Date) => Kind) {
    this.issuer = newIssuer?.(this.clock) ?? (new FakeIssuer({ clock: this.clock }) as Issuer as Kind);
  }

  readonly clock = (): Date => new Date(this.#now);

  advance(ms: number): void {
    this.#now += ms;
  }

  async replica({ life = new Life(), lock, isUnsealed = true, limits }: ReplicaOptions = {}): Promise<Replica> {
    const { issuing } = standardConfig;
    const config = { ...standardConfig, issuing: { ...issuing, limits: limits ?? issuing.limits } };
    const eventStore = mortal(this.eventStore, life, ['append']);
    const lines = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.logged.push(chunk.toString());
        done();
      },
    });
    const logger = createLogger({ service: 'vault', level: 'trace', destination: lines });
    const module = await Test.createTestingModule({
      imports: [vaultModule(config, platformModule({ eventStore, clock: this.clock, logger }))],
    })
      .overrideProvider(KEY_RING)
      .useValue(mortal(this.keyRing, life, ['add', 'find', 'shred']))
      .overrideProvider(WRAPPED_KEYS)
      .useValue(mortal(this.keyRing, life, ['wrappedBy', 'rewrap', 'census']))
      .overrideProvider(MASTER_KEY_USES)
      .useValue(mortal(this.keyRing, life, ['retire']))
      .overrideProvider(LEASE_READER)
      .useValue(this.leases)
      .overrideProvider(TEST_RUN_READER)
      .useValue(this.testRuns)
      .overrideProvider(SECRET_READER)
      .useValue(this.secrets)
      .overrideProvider(DIFFERENCE_READER)
      .useValue(this.differences)
      .overrideProvider(LEASE_USAGE_READER)
      .useValue(this.usage)
      .overrideProvider(SCHEDULE)
      .useValue(this.schedule)
      .overrideProvider(LEASE_LOCK)
      .useValue(lock ?? new FakeLeaseLock(this.#locks))
      .overrideProvider(ANNOUNCER)
      .useValue(this.announcer)
      .overrideProvider(DEAD_LETTERS)
      .useValue(undefined)
      .overrideProvider(ISSUERS)
      .useValue(
        configuredIssuers([
          ...this.otherIssuers,
          {
            issuer: mortal(this.issuer as Issuer as FakeIssuer, life, ['lookup', 'revoke'], issuerParts),
            serves: () => true,
          },
        ]),
      )
      .overrideProvider(MASTER_KEY_SOURCE)
      .useValue(this.masterKeySource)
      .compile();
    const unsealing = module.get<Unsealing>(UNSEALING);
    if (isUnsealed) await unsealing.attempt();
    life.begin();
    const advanceLease = module.get<AdvanceLease>(ADVANCE_LEASE);
    const reactors = module.get<readonly EventReactor[]>(VAULT_REACTORS);
    const { round } = resumeWaitingLeases({
      leases: this.leases,
      advanceLease,
      sealStatus: () => unsealing.status(),
      clock: this.clock,
      intervalMs: MINUTE_MS,
      report: (_leaseId, error) => this.logged.push(String(error)),
    });
    const requestReply = this.#answering(
      module.get(VaultNatsHandlers),
      module.get(MasterKeyNatsHandlers),
      module.get(SecretNatsHandlers),
      module.get(ConnectionTestNatsHandlers),
      module.get(LeaseNatsHandlers),
    );
    answerReconciliation(requestReply, module.get(ReconciliationNatsHandlers));
    return {
      client: vaultClient(requestReply),
      advanceLease,
      unsealing,
      sealer: module.get<SecretSealer>(SECRET_SEALER),
      life,
      hear: async (event) => {
        for (const reactor of reactors)
          if (reactor.handles.some(({ type }) => type === event.type)) await reactor.react(event, { number: 1 });
      },
      shredExpired: async () => {
        await this.project();
        await module.get<ShredExpired>(SHRED_EXPIRED).round();
      },
      tell: async (command) => {
        const { leaseId } = command.data;
        const context = ownContext(this.clock());
        await commandHandler(eventStore, leases)(leaseId, command, context);
        return advanceLease(leaseId, context);
      },
      testRuns: module.get<TestRuns>(TEST_RUNS),
      testWhatIsDue: async () => {
        await this.project();
        for (const { round } of module.get<readonly ScheduledTests[]>(SCHEDULED_TESTS)) await round();
      },
      rewrap: () => module.get<RewrapDataKeys>(REWRAP_DATA_KEYS).round(),
      revokeTogether: () => module.get<BulkRevocations>(BULK_REVOCATIONS).round(),
      resume: async () => {
        await this.project();
        await round();
      },
      reconcile: async () => {
        await this.project();
        await module.get<IssuerRounds>(RECONCILE_ISSUERS).round();
        await this.project();
      },
      watch: async () => {
        await this.project();
        await module.get<IssuerRounds>(WATCH_LEASES).round();
        await this.project();
      },
    };
  }

  #answering(
    handlers: VaultNatsHandlers,
    keys: MasterKeyNatsHandlers,
    secrets: SecretNatsHandlers,
    tests: ConnectionTestNatsHandlers,
    leases: LeaseNatsHandlers,
  ): InMemoryRequestReply {
    const requestReply = new InMemoryRequestReply(this.clock);
    requestReply.handle(RevealLease, (input, caller) => handlers.revealLease(input, caller));
    requestReply.handle(GetLease, (input, caller) => handlers.getLease(input, caller));
    requestReply.handle(FindLeaseByRequest, (input, caller) => handlers.findLeaseByRequest(input, caller));
    requestReply.handle(ListIssuerModels, (input, caller) => handlers.listIssuerModels(input, caller));
    requestReply.handle(ListMasterKeys, (input, caller) => keys.listMasterKeys(input, caller));
    requestReply.handle(RotateMasterKey, (input, caller) => keys.rotateMasterKey(input, caller));
    requestReply.handle(RetireMasterKey, (input, caller) => keys.retireMasterKey(input, caller));
    requestReply.handle(SuspendMasterKey, (input, caller) => keys.suspendMasterKey(input, caller));
    requestReply.handle(ResumeMasterKey, (input, caller) => keys.resumeMasterKey(input, caller));
    requestReply.handle(MarkMasterKeyCompromised, (input, caller) => keys.markMasterKeyCompromised(input, caller));
    requestReply.handle(secretOperations.SealSecret, (input, caller) => secrets.sealSecret(input, caller));
    requestReply.handle(secretOperations.ReplaceSecret, (input, caller) => secrets.replaceSecret(input, caller));
    requestReply.handle(secretOperations.RestoreSecret, (input, caller) => secrets.restoreSecret(input, caller));
    requestReply.handle(secretOperations.ShredSecret, (input, caller) => secrets.shredSecret(input, caller));
    requestReply.handle(secretOperations.RevealSecret, (input, caller) => secrets.revealSecret(input, caller));
    requestReply.handle(secretOperations.GrantCheckout, (input, caller) => secrets.grantCheckout(input, caller));
    requestReply.handle(secretOperations.RevokeCheckoutGrant, (input, caller) =>
      secrets.revokeCheckoutGrant(input, caller),
    );
    requestReply.handle(secretOperations.RotateSubmissionKey, (input, caller) =>
      secrets.rotateSubmissionKey(input, caller),
    );
    requestReply.handle(secretOperations.GetSubmissionKey, (input, caller) => secrets.getSubmissionKey(input, caller));
    requestReply.handle(secretOperations.GetSecret, (input, caller) => secrets.getSecret(input, caller));
    requestReply.handle(secretOperations.ListSecrets, (input, caller) => secrets.listSecrets(input, caller));
    requestReply.handle(connectionTestOperations.TestKey, (input, caller) => tests.testKey(input, caller));
    requestReply.handle(connectionTestOperations.TestSecret, (input, caller) => tests.testSecret(input, caller));
    requestReply.handle(leaseOperations.IssueLease, (input, caller) => leases.issueLease(input, caller));
    requestReply.handle(leaseOperations.RenewLease, (input, caller) => leases.renewLease(input, caller));
    requestReply.handle(leaseOperations.ChangeLeaseLimits, (input, caller) => leases.changeLeaseLimits(input, caller));
    requestReply.handle(leaseOperations.SuspendLease, (input, caller) => leases.suspendLease(input, caller));
    requestReply.handle(leaseOperations.ResumeLease, (input, caller) => leases.resumeLease(input, caller));
    requestReply.handle(leaseOperations.RotateLease, (input, caller) => leases.rotateLease(input, caller));
    requestReply.handle(leaseOperations.RevokeLease, (input, caller) => leases.revokeLease(input, caller));
    requestReply.handle(leaseOperations.RevokeLeases, (input, caller) => leases.revokeLeases(input, caller));
    requestReply.handle(leaseOperations.HandInKey, (input, caller) => leases.handInKey(input, caller));
    requestReply.handle(leaseOperations.ConfirmKeyEnded, (input, caller) => leases.confirmKeyEnded(input, caller));
    requestReply.handle(leaseOperations.ListLeases, (input, caller) => leases.listLeases(input, caller));
    requestReply.handle(leaseOperations.PreviewLeaseRevocation, (input, caller) =>
      leases.previewLeaseRevocation(input, caller),
    );
    requestReply.handle(leaseOperations.GetBulkRevocation, (input, caller) => leases.getBulkRevocation(input, caller));
    requestReply.handle(leaseOperations.ListCustodianTasks, (input, caller) =>
      leases.listCustodianTasks(input, caller),
    );
    requestReply.handle(connectionTestOperations.TestSecrets, (input, caller) => tests.testSecrets(input, caller));
    requestReply.handle(connectionTestOperations.GetTestRun, (input, caller) => tests.getTestRun(input, caller));
    return requestReply;
  }

  /** Whether some replica holds a lock. */
  isLocked(): boolean {
    return this.#locks.size > 0;
  }

  /** Brings the read models up to date. */
  async project(): Promise<void> {
    const projections = [
      leasesProjection(this.leases),
      secretsProjection(this.secrets),
      shreddingProjection(this.keyRing),
      testRunsProjection(this.testRuns),
      differencesProjection(this.differences),
      leaseUsageProjection(this.usage),
    ];
    const after = this.#projected === undefined ? {} : { after: this.#projected };
    for await (const recorded of this.eventStore.readAll(after)) {
      for (const { filter, apply } of projections)
        if (filter.categories?.includes(categoryOf(recorded.stream)) === true) await apply(recorded, undefined);
      this.#projected = recorded.position;
    }
  }

  /** Builds the read models of what is found and seen anew, from the first event on. */
  async rebuild(): Promise<void> {
    await Promise.all([this.differences.clear(), this.usage.clear()]);
    const projections = [differencesProjection(this.differences), leaseUsageProjection(this.usage)];
    for await (const recorded of this.eventStore.readAll())
      for (const { filter, apply } of projections)
        if (filter.categories?.includes(categoryOf(recorded.stream)) === true) await apply(recorded, undefined);
  }

  async stored(...categories: readonly string[]): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const event of this.eventStore.readAll(categories.length === 0 ? {} : { filter: { categories } }))
      events.push(event);
    return events;
  }

  async storedTypes(...categories: readonly string[]): Promise<readonly string[]> {
    return (await this.stored(...categories)).map(({ type }) => type);
  }

  /** What the relay would publish, checked against the contract. */
  async published(): Promise<readonly { type: string; streamId: string; data: unknown }[]> {
    return (await this.stored()).flatMap((recorded) => {
      const event = publication(recorded);
      if (event === undefined) return [];
      const { type, schema } = event.definition;
      return [{ type, streamId: streamIdOf(recorded.stream), data: schema.parse(event.data) }];
    });
  }
}

export const factOf = (definition: IntegrationEventDefinition, requestId: string, data: unknown): IntegrationEvent => ({
  id: newId(),
  service: definition.service,
  category: definition.category,
  streamId: requestId,
  type: definition.type,
  version: definition.version,
  occurredAt: '2026-11-21T08:00:00.000Z',
  correlationId: requestId,
  causationId: newId(),
  actor: toActor(servicePrincipal('approval')),
  position: '1',
  data: definition.schema.parse(data),
});

export interface Approved {
  readonly requestId: string;
  readonly leaseId: string;
  readonly event: IntegrationEvent;
}

const standard = { modelId: 'gpt-4o-mini', email: 'ada@example.com', delivery: { channel: 'emailLink' as const } };

export const approvedRequest = (terms: Partial<KeyRequestTerms> = {}): Approved => {
  const requestId = randomUUID();
  const data = { requestId, ...standard, ...terms, approvedBy: 'service:approval' };
  return { requestId, leaseId: deriveId('lease', requestId), event: factOf(KeyRequestApproved, requestId, data) };
};

export const retriedRequest = (requestId: string, step: 'issuing' | 'delivery' = 'issuing'): IntegrationEvent =>
  factOf(KeyRequestRetried, requestId, { requestId, modelId: standard.modelId, email: standard.email, step });

export const resumedRequest = (requestId: string): IntegrationEvent =>
  factOf(KeyRequestResumed, requestId, { requestId, modelId: standard.modelId, email: standard.email });
