import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { KeyRequestApproved, KeyRequestRetried, type KeyRequestTerms } from '@keyledger/contracts-approval';
import { deriveId, newId, streamName } from '@keyledger/event-sourcing';
import { InMemoryCheckpointStore, InMemoryEventStore } from '@keyledger/event-sourcing/testing';
import {
  type IntegrationEvent,
  type IntegrationEventDefinition,
  type ServiceName,
  servicePrincipal,
  toActor,
} from '@keyledger/messaging';
import {
  connectNats,
  EventRelay,
  generatePrincipalKeys,
  joseSigner,
  natsRequestReply,
  writePrincipalKeys,
} from '@keyledger/messaging-nats';
import { liveEvents } from '@keyledger/messaging-nats/testing';
import { type RunningService, startService } from '@keyledger/nest-kit';
import { migrateService } from '@keyledger/projections-postgres';
import { createLogger, type Logger } from '@keyledger/telemetry';
import {
  type LiteLlm,
  startLiteLlm,
  type TestDatabase,
  testNats,
  type TestNats,
  testPostgres,
} from '@keyledger/testing';
import type { NatsConnection } from '@nats-io/transport-node';
import { readConfig, type VaultConfig } from '../src/config.ts';
import { checks, handover, start } from '../src/start.ts';
import { vaultModule } from '../src/vault.module.ts';
import { type VaultClient, vaultClient } from './vault-client.ts';

export const PASSPHRASE = 'correct horse battery staple';

const silent: Logger = createLogger({ service: 'vault', level: process.env.TEST_LOG_LEVEL ?? 'silent' });

/** What the vault published, and a way to wait for it. */
class HeardEvents {
  readonly all: IntegrationEvent[] = [];
  #wake = Promise.withResolvers<void>();

  add(event: IntegrationEvent): void {
    if (!this.all.some(({ id }) => id === event.id)) this.all.push(event);
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
  }

  of(leaseId: string): readonly string[] {
    return this.all.filter(({ streamId }) => streamId === leaseId).map(({ type }) => type);
  }

  async until(leaseId: string, type: string, count = 1): Promise<IntegrationEvent> {
    for (;;) {
      const found = this.all.filter((event) => event.streamId === leaseId && event.type === type);
      if (found.length >= count) return found[count - 1]!;
      await this.#wake.promise;
    }
  }

  /** Waits until so many events of a type were heard, of whichever leases. */
  async untilAny(type: string, count: number): Promise<void> {
    while (this.all.filter((event) => event.type === type).length < count) await this.#wake.promise;
  }
}

export interface StackOptions {
  readonly litellm?: LiteLlm;
  readonly env?: Readonly<Record<string, string>>;
  readonly logger?: Logger;
}

type User = Parameters<TestNats['credentials']>[0];

/** Real PostgreSQL, real NATS, the LiteLLM stand-in, any number of vaults, and somebody who approves requests. */
export interface VaultStack {
  readonly database: TestDatabase;
  readonly nats: TestNats;
  readonly litellm: LiteLlm;
  readonly heard: HeardEvents;
  readonly config: VaultConfig;
  /** Of a replica in a process of its own. */
  readonly environment: Readonly<Record<string, string>>;
  clientOf(service: ServiceName): Promise<VaultClient>;
  startReplica(): Promise<RunningService>;
  stopReplicas(): Promise<void>;
  /** Publishes the approval of a new request and answers with its ids. */
  approve(terms?: Partial<KeyRequestTerms>): Promise<{ requestId: string; leaseId: string }>;
  retry(requestId: string): Promise<void>;
  connect(user: User): Promise<NatsConnection>;
  close(): Promise<void>;
}

export const startVaultStack = async (options: StackOptions = {}): Promise<VaultStack> => {
  const resources = new AsyncDisposableStack();
  const postgres = await testPostgres();
  resources.defer(() => postgres.stop());
  const database = await postgres.createDatabase();
  resources.defer(() => database.drop());
  const nats = await testNats();
  resources.defer(() => nats.stop());
  const litellm = options.litellm ?? (await startLiteLlm());
  resources.defer(() => litellm.stop());
  const directory = mkdtempSync(path.join(tmpdir(), 'vault-'));
  resources.defer(() => rmSync(directory, { recursive: true }));
  const keys = writePrincipalKeys(directory, await generatePrincipalKeys());
  await migrateService({
    databaseUrl: database.urlFor('vault'),
    schema: 'vault',
    directory: fileURLToPath(new URL('../migrations', import.meta.url)),
  });
  const environment = {
    NATS_URL: nats.url,
    NATS_PASSWORD: nats.credentials('vault').password,
    DATABASE_URL: database.urlFor('vault'),
    HEALTH_PORT: '0',
    PRINCIPAL_KEY_FILE: keys.signing.vault,
    PRINCIPAL_TRUST_FILE: keys.trust,
    KEYLEDGER_SECRET_KEY: PASSPHRASE,
    LITELLM_BASE_URL: litellm.url,
    LITELLM_API_KEY: litellm.masterKey,
    LITELLM_TIMEOUT: '2s',
    ...options.env,
  };
  const config = readConfig(environment);
  const connect = async (user: User): Promise<NatsConnection> => {
    const connection = await connectNats({ servers: nats.url, name: user, ...nats.credentials(user) });
    resources.defer(() => connection.close());
    return connection;
  };
  const replicas: RunningService[] = [];
  const stopReplicas = async (): Promise<void> => {
    await Promise.all(replicas.splice(0).map((replica) => replica.stop()));
  };
  resources.defer(stopReplicas);
  const heard = new HeardEvents();
  const subject = 'keyledger.vault.event.>';
  await liveEvents({
    connection: await connect('gateway'),
    subject,
    logger: silent,
    onEvent: (event) => heard.add(event),
  });
  const publish = startApproval(await connect('approval'), resources);
  return {
    database,
    nats,
    litellm,
    heard,
    config,
    environment,
    connect,
    clientOf: async (service) => {
      const signer = joseSigner({ service, privateKeyFile: keys.signing[service] });
      return vaultClient(natsRequestReply({ connection: await connect(service), signer }));
    },
    startReplica: async () => {
      const definition = { readConfig: () => config, module: vaultModule, start, checks, handover };
      const service = await startService('vault', definition, config, { logger: options.logger ?? silent });
      replicas.push(service);
      return service;
    },
    stopReplicas,
    approve: async (terms = {}) => {
      const requestId = randomUUID();
      const standard = {
        modelId: 'gpt-4o-mini',
        email: 'ada@example.com',
        delivery: { channel: 'emailLink' as const },
      };
      await publish(KeyRequestApproved, requestId, {
        requestId,
        ...standard,
        ...terms,
        approvedBy: 'service:approval',
      });
      return { requestId, leaseId: deriveId('lease', requestId) };
    },
    retry: (requestId) =>
      publish(KeyRequestRetried, requestId, {
        requestId,
        modelId: 'gpt-4o-mini',
        email: 'ada@example.com',
        step: 'issuing',
      }),
    close: () => resources.disposeAsync(),
  };
};

type Publish = (definition: IntegrationEventDefinition, requestId: string, data: unknown) => Promise<void>;

/** Approval as far as the vault can see it: its events, through a real relay. */
const startApproval = (connection: NatsConnection, resources: AsyncDisposableStack): Publish => {
  const eventStore = new InMemoryEventStore();
  const definitions = [KeyRequestApproved, KeyRequestRetried];
  const relay = new EventRelay({
    eventStore,
    connection,
    checkpoints: new InMemoryCheckpointStore(),
    service: 'approval',
    categories: ['keyRequest'],
    publication: ({ type, data }) => {
      const definition = definitions.find((each) => each.type === type);
      return definition === undefined ? undefined : { definition, data };
    },
    logger: silent,
  });
  const stop = new AbortController();
  const running = relay.run(stop.signal);
  resources.defer(async () => {
    stop.abort();
    await running;
  });
  const revisions = new Map<string, bigint>();
  return async ({ type }, requestId, data) => {
    const metadata = {
      actor: toActor(servicePrincipal('approval')),
      correlationId: requestId,
      causationId: requestId,
      occurredAt: new Date().toISOString(),
    };
    const event = { id: newId(), type, schemaVersion: 1, data, metadata };
    const expected = revisions.get(requestId) ?? 'no-stream';
    const { revision } = await eventStore.append(streamName('keyRequest', requestId), [event], expected);
    revisions.set(requestId, revision);
  };
};
