import { Writable } from 'node:stream';
import { type RecordedEvent, streamIdOf } from '@keyledger/event-sourcing';
import { applyTo, InMemoryEventStore, toArray } from '@keyledger/event-sourcing/testing';
import { ANNOUNCER, type IntegrationEvent, publishedEventOf } from '@keyledger/messaging';
import { InMemoryAnnouncer } from '@keyledger/messaging/testing';
import { DEAD_LETTERS } from '@keyledger/messaging-nats';
import { platformModule } from '@keyledger/nest-kit';
import { createLogger, type Logger } from '@keyledger/telemetry';
import { Test, type TestingModule } from '@nestjs/testing';
import { type ConfiguredIssuer, configuredIssuers } from '../src/adapters/issuers/configured-issuers.ts';
import type { Issuer } from '../src/application/ports/issuer.port.ts';
import type { LeaseLock } from '../src/application/ports/lease-lock.port.ts';
import { FakeDifferenceTable } from '../src/application/ports/testing/difference-table.fake.ts';
import { FakeIssuer } from '../src/application/ports/testing/issuer.fake.ts';
import { FakeKeyRing } from '../src/application/ports/testing/key-ring.fake.ts';
import { FakeLeaseLock, HeldLocks } from '../src/application/ports/testing/lease-lock.fake.ts';
import { FakeLeaseTable } from '../src/application/ports/testing/lease-table.fake.ts';
import { FakeLeaseUsageTable } from '../src/application/ports/testing/lease-usage-table.fake.ts';
import { FakeMasterKeySource } from '../src/application/ports/testing/master-key-source.fake.ts';
import { FakeTestQuota } from '../src/application/ports/testing/test-quota.fake.ts';
import { FakeSchedule } from '../src/application/ports/testing/schedule.fake.ts';
import { FakeSecretTable } from '../src/application/ports/testing/secret-table.fake.ts';
import { FakeTestRunTable } from '../src/application/ports/testing/test-run-table.fake.ts';
import type { Unsealing } from '../src/application/processes/unsealing.ts';
import { differencesProjection } from '../src/application/projections/differences.projection.ts';
import { leaseUsageProjection } from '../src/application/projections/lease-usage.projection.ts';
import { leasesProjection } from '../src/application/projections/leases.projection.ts';
import { secretsProjection, shreddingProjection } from '../src/application/projections/secrets.projection.ts';
import { testRunsProjection } from '../src/application/projections/test-runs.projection.ts';
import { publication } from '../src/application/publication.ts';
import { TEST_QUOTA, TEST_RUN_READER } from '../src/connection-tests.providers.ts';
import type { IssuingLimits } from '../src/domain/policies/issuing-bounds.policy.ts';
import { ISSUERS } from '../src/issuers.providers.ts';
import {
  KEY_RING,
  LEASE_LOCK,
  LEASE_READER,
  MASTER_KEY_SOURCE,
  MASTER_KEY_USES,
  SECRET_READER,
  WRAPPED_KEYS,
} from '../src/outside.providers.ts';
import { DIFFERENCE_READER, LEASE_USAGE_READER, SCHEDULE } from '../src/reconciliation.providers.ts';
import { UNSEALING } from '../src/sealing.providers.ts';
import { vaultModule } from '../src/vault.module.ts';
import { Life, mortal } from './mortal.ts';
import { type Replica, replicaOf } from './replica.ts';
import { standardConfig } from './standard-config.ts';

const issuerParts = {
  keys: ['issue'],
  changes: ['change'],
  suspension: ['suspend', 'resume'],
  inventory: ['findByAlias'],
} as const;

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
  readonly testQuota = new FakeTestQuota();
  readonly announcer = new InMemoryAnnouncer(this.eventStore, publication);
  readonly logged: string[] = [];
  readonly locks = new HeldLocks();
  #now = Date.UTC(2026, 10, 21, 8);
  #projected: RecordedEvent['position'] | undefined;

  constructor(newIssuer?: (clock: () => Date) => Kind) {
    this.issuer = newIssuer?.(this.clock) ?? (new FakeIssuer({ clock: this.clock }) as Issuer as Kind);
  }

  readonly clock = (): Date => new Date(this.#now);

  advance(ms: number): void {
    this.#now += ms;
  }

  /** Starts one more process. */
  async replica({ life = new Life(), lock, isUnsealed = true, limits }: ReplicaOptions = {}): Promise<Replica> {
    const module = await this.#moduleOf(life, lock ?? new FakeLeaseLock(this.locks), limits);
    if (isUnsealed) await module.get<Unsealing>(UNSEALING).attempt();
    life.begin();
    return replicaOf(module, life, () => this.project());
  }

  #moduleOf(life: Life, lock: LeaseLock, limits = standardConfig.issuing.limits): Promise<TestingModule> {
    const config = { ...standardConfig, issuing: { ...standardConfig.issuing, limits } };
    const eventStore = mortal(this.eventStore, life, ['append']);
    const issuer = mortal(this.issuer as Issuer as FakeIssuer, life, ['lookup', 'revoke'], issuerParts);
    const platform = platformModule({ eventStore, clock: this.clock, logger: this.#logger() });
    return Test.createTestingModule({ imports: [vaultModule(config, platform)] })
      .overrideProvider(KEY_RING)
      .useValue(mortal(this.keyRing, life, ['add', 'addMany', 'find', 'findMany', 'shred']))
      .overrideProvider(WRAPPED_KEYS)
      .useValue(mortal(this.keyRing, life, ['wrappedBy', 'rewrap', 'census']))
      .overrideProvider(MASTER_KEY_USES)
      .useValue(mortal(this.keyRing, life, ['retire']))
      .overrideProvider(LEASE_READER)
      .useValue(this.leases)
      .overrideProvider(TEST_RUN_READER)
      .useValue(this.testRuns)
      .overrideProvider(TEST_QUOTA)
      .useValue(this.testQuota)
      .overrideProvider(SECRET_READER)
      .useValue(this.secrets)
      .overrideProvider(DIFFERENCE_READER)
      .useValue(this.differences)
      .overrideProvider(LEASE_USAGE_READER)
      .useValue(this.usage)
      .overrideProvider(SCHEDULE)
      .useValue(this.schedule)
      .overrideProvider(LEASE_LOCK)
      .useValue(lock)
      .overrideProvider(ANNOUNCER)
      .useValue(this.announcer)
      .overrideProvider(DEAD_LETTERS)
      .useValue(undefined)
      .overrideProvider(ISSUERS)
      .useValue(configuredIssuers([...this.otherIssuers, { issuer, serves: () => true }]))
      .overrideProvider(MASTER_KEY_SOURCE)
      .useValue(this.masterKeySource)
      .compile();
  }

  #logger(): Logger {
    const destination = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.logged.push(chunk.toString());
        done();
      },
    });
    return createLogger({ service: 'vault', level: 'trace', destination });
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
    for await (const recorded of this.eventStore.readAll(this.#projected && { after: this.#projected })) {
      await applyTo(projections, recorded);
      this.#projected = recorded.position;
    }
  }

  /** Builds the read models of what is found and seen anew, from the first event on. */
  async rebuild(): Promise<void> {
    await Promise.all([this.differences.clear(), this.usage.clear()]);
    const projections = [differencesProjection(this.differences), leaseUsageProjection(this.usage)];
    for await (const recorded of this.eventStore.readAll()) await applyTo(projections, recorded);
  }

  /** Waits until an event of this type is in the stream with this id. */
  async until(streamId: string, type: string): Promise<void> {
    const { signal } = new AbortController();
    for await (const { events } of this.eventStore.subscribe({ filter: { types: [type] }, signal }))
      if (events.some(({ stream }) => streamIdOf(stream) === streamId)) return;
  }

  /** The events of these categories, or all. */
  stored(...categories: readonly string[]): Promise<readonly RecordedEvent[]> {
    return toArray(this.eventStore.readAll(categories.length === 0 ? {} : { filter: { categories } }));
  }

  async storedTypes(...categories: readonly string[]): Promise<readonly string[]> {
    return (await this.stored(...categories)).map(({ type }) => type);
  }

  /** What the relay would publish, checked against the contract. */
  async published(): Promise<readonly Pick<IntegrationEvent, 'type' | 'streamId' | 'data'>[]> {
    return (await this.stored())
      .flatMap((recorded) => publishedEventOf(publication, recorded)?.event ?? [])
      .map(({ type, streamId, data }) => ({ type, streamId, data }));
  }
}
