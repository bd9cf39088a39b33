import { commandHandler, type Clock, EVENT_STORE, type EventStore } from '@keyledger/event-sourcing';
import type { EventReactor, IntegrationEvent } from '@keyledger/messaging';
import { deliverTo, InMemoryRequestReply } from '@keyledger/messaging/testing';
import { answerWith } from '@keyledger/messaging-nats/testing';
import { CLOCK, LOGGER } from '@keyledger/nest-kit';
import type { Logger } from '@keyledger/telemetry';
import type { TestingModule } from '@nestjs/testing';
import { ConnectionTestNatsHandlers } from '../src/adapters/nats/connection-test.nats-handlers.ts';
import { LeaseNatsHandlers } from '../src/adapters/nats/lease.nats-handlers.ts';
import { MasterKeyNatsHandlers } from '../src/adapters/nats/master-key.nats-handlers.ts';
import { ReconciliationNatsHandlers } from '../src/adapters/nats/reconciliation.nats-handlers.ts';
import { SecretNatsHandlers } from '../src/adapters/nats/secret.nats-handlers.ts';
import { VaultNatsHandlers } from '../src/adapters/nats/vault.nats-handlers.ts';
import type { ScheduledTests } from '../src/application/connection-tests/scheduled-tests.runner.ts';
import type { TestRuns } from '../src/application/connection-tests/test-run.runner.ts';
import { ownContext } from '../src/application/own-context.ts';
import type { LeaseReader } from '../src/application/ports/lease-table.port.ts';
import type { SecretSealer } from '../src/application/ports/secret-sealer.port.ts';
import type { BulkRevocations } from '../src/application/processes/bulk-revocation.runner.ts';
import type { IssuerRounds } from '../src/application/processes/issuer-rounds.ts';
import type { AdvanceLease } from '../src/application/processes/lease.runner.ts';
import { resumeWaitingLeases } from '../src/application/processes/resume-waiting-leases.runner.ts';
import type { RewrapDataKeys } from '../src/application/processes/rewrap-data-keys.runner.ts';
import type { ShredExpired } from '../src/application/processes/shred-expired.runner.ts';
import type { Unsealing } from '../src/application/processes/unsealing.ts';
import { SCHEDULED_TESTS, TEST_RUNS } from '../src/connection-tests.providers.ts';
import { lease as leases } from '../src/domain/lease/lease.decider.ts';
import type { LeaseCommand } from '../src/domain/lease/lease.messages.ts';
import type { Lease } from '../src/domain/lease/lease.state.ts';
import { BULK_REVOCATIONS } from '../src/leases.providers.ts';
import { LEASE_READER } from '../src/outside.providers.ts';
import { RECONCILE_ISSUERS, WATCH_LEASES } from '../src/reconciliation.providers.ts';
import { REWRAP_DATA_KEYS, SECRET_SEALER, UNSEALING } from '../src/sealing.providers.ts';
import { leaseResumeFailed } from '../src/telemetry-events.ts';
import { SHRED_EXPIRED } from '../src/custody.providers.ts';
import { ADVANCE_LEASE, VAULT_REACTORS } from '../src/issuing.providers.ts';
import type { Life } from './mortal.ts';
import { type VaultClient, vaultClient } from './vault-client.ts';

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

const clientOf = (module: TestingModule): VaultClient => {
  const requestReply = new InMemoryRequestReply(module.get<Clock>(CLOCK));
  answerWith(
    requestReply,
    module.get(VaultNatsHandlers),
    module.get(MasterKeyNatsHandlers),
    module.get(SecretNatsHandlers),
    module.get(ConnectionTestNatsHandlers),
    module.get(LeaseNatsHandlers),
    module.get(ReconciliationNatsHandlers),
  );
  return vaultClient(requestReply);
};

const resumerOf = (module: TestingModule): (() => Promise<void>) =>
  resumeWaitingLeases({
    leases: module.get<LeaseReader>(LEASE_READER),
    advanceLease: module.get<AdvanceLease>(ADVANCE_LEASE),
    sealStatus: () => module.get<Unsealing>(UNSEALING).status(),
    clock: module.get<Clock>(CLOCK),
    intervalMs: 60_000,
    report: (leaseId, error) => leaseResumeFailed(module.get<Logger>(LOGGER), leaseId, error),
  }).round;

/** `project` brings the read models up to date; rounds that read them begin with it, and end with it where they write. */
export const replicaOf = (module: TestingModule, life: Life, project: () => Promise<void>): Replica => {
  const advanceLease = module.get<AdvanceLease>(ADVANCE_LEASE);
  const clock = module.get<Clock>(CLOCK);
  const resume = resumerOf(module);
  return {
    client: clientOf(module),
    advanceLease,
    unsealing: module.get<Unsealing>(UNSEALING),
    sealer: module.get<SecretSealer>(SECRET_SEALER),
    life,
    testRuns: module.get<TestRuns>(TEST_RUNS),
    hear: (event) => deliverTo(module.get<readonly EventReactor[]>(VAULT_REACTORS), event),
    tell: async (command) => {
      const { leaseId } = command.data;
      const context = ownContext(clock());
      await commandHandler(module.get<EventStore>(EVENT_STORE), leases)(leaseId, command, context);
      return advanceLease(leaseId, context);
    },
    testWhatIsDue: async () => {
      await project();
      for (const { round } of module.get<readonly ScheduledTests[]>(SCHEDULED_TESTS)) await round();
    },
    rewrap: () => module.get<RewrapDataKeys>(REWRAP_DATA_KEYS).round(),
    shredExpired: async () => {
      await project();
      await module.get<ShredExpired>(SHRED_EXPIRED).round();
    },
    resume: async () => {
      await project();
      await resume();
    },
    revokeTogether: () => module.get<BulkRevocations>(BULK_REVOCATIONS).round(),
    reconcile: async () => {
      await project();
      await module.get<IssuerRounds>(RECONCILE_ISSUERS).round();
      await project();
    },
    watch: async () => {
      await project();
      await module.get<IssuerRounds>(WATCH_LEASES).round();
      await project();
    },
  };
};
