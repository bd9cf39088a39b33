import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ApprovalPluginConfig } from '@keyledger/config';
import { GetModel } from '@keyledger/contracts-registry';
import { configuredModelExample } from '@keyledger/contracts-registry/testing';
import { deskUserOf, type IntegrationEvent, type RequestReply, type ServiceName } from '@keyledger/messaging';
import {
  connectNats,
  generatePrincipalKeys,
  joseSigner,
  natsRequestReply,
  writePrincipalKeys,
} from '@keyledger/messaging-nats';
import { liveEvents } from '@keyledger/messaging-nats/testing';
import { type RunningService, startService } from '@keyledger/nest-kit';
import { migrateService } from '@keyledger/projections-postgres';
import { createLogger, type Logger } from '@keyledger/telemetry';
import { type TestDatabase, testNats, testPostgres } from '@keyledger/testing';
import type { NatsConnection } from '@nats-io/transport-node';
import { approvalModule } from '../src/approval.module.ts';
import { type ApprovalConfig, readConfig } from '../src/config.ts';
import { checks, start } from '../src/start.ts';
import { type ApprovalClient, approvalClient } from './approval-client.ts';

/** Integration events of approval as they are published, and a way to wait for the next one. */
class HeardEvents {
  readonly all: IntegrationEvent[] = [];
  #wake = Promise.withResolvers<void>();

  add(event: IntegrationEvent): void {
    this.all.push(event);
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
  }

  of(requestId: string): readonly string[] {
    const heard = this.all.filter(({ streamId }) => streamId === requestId);
    return [...new Map(heard.map((event) => [event.id, event.type])).values()];
  }

  async until(isThere: (events: readonly IntegrationEvent[]) => boolean): Promise<void> {
    while (!isThere(this.all)) await this.#wake.promise;
  }

  untilTypeOf(requestId: string, type: string, count = 1): Promise<void> {
    return this.until(() => this.of(requestId).filter((each) => each === type).length >= count);
  }
}

/** Real PostgreSQL and NATS, any number of replicas of approval, and a client that speaks like the gateway. */
export interface ApprovalStack {
  readonly database: TestDatabase;
  readonly client: ApprovalClient;
  /** As the gateway asks. */
  readonly requestReply: RequestReply;
  readonly heard: HeardEvents;
  /** Of a replica in a process of its own; without a chain. */
  readonly environment: Readonly<Record<string, string>>;
  connect(user: ServiceName): Promise<NatsConnection>;
  startReplica(overrides?: Partial<ApprovalConfig>): Promise<RunningService>;
  stopReplicas(): Promise<void>;
  close(): Promise<void>;
}

const silent: Logger = createLogger({ service: 'approval', level: process.env.TEST_LOG_LEVEL ?? 'silent' });

export const startApprovalStack = async (plugins: readonly ApprovalPluginConfig[]): Promise<ApprovalStack> => {
  const resources = new AsyncDisposableStack();
  const postgres = await testPostgres();
  resources.defer(() => postgres.stop());
  const database = await postgres.createDatabase();
  resources.defer(() => database.drop());
  const nats = await testNats();
  resources.defer(() => nats.stop());
  const directory = mkdtempSync(path.join(tmpdir(), 'approval-'));
  resources.defer(() => rmSync(directory, { recursive: true }));
  const keys = writePrincipalKeys(directory, await generatePrincipalKeys());

  await migrateService({
    databaseUrl: database.urlFor('approval'),
    schema: 'approval',
    directory: fileURLToPath(new URL('../migrations', import.meta.url)),
  });
  const environment = {
    NATS_URL: nats.url,
    NATS_PASSWORD: nats.credentials('approval').password,
    DATABASE_URL: database.urlFor('approval'),
    HEALTH_PORT: '0',
    PRINCIPAL_KEY_FILE: keys.signing.approval,
    PRINCIPAL_TRUST_FILE: keys.trust,
    CLAIM_CODE_KEY: '0123456789abcdef0123456789abcdef',
  };
  const configuration: ApprovalConfig = { ...readConfig(environment), plugins };
  const connect = async (service: ServiceName, user: string = service) => {
    const connection = await connectNats({ servers: nats.url, name: user, ...nats.credentials(service), user });
    resources.defer(() => connection.close());
    return connection;
  };
  const replicas: RunningService[] = [];
  const stopReplicas = async () => {
    await Promise.all(replicas.splice(0).map((service) => service.stop()));
  };
  resources.defer(stopReplicas);
  const gateway = await connect('gateway');
  const signer = joseSigner({ service: 'gateway', privateKeyFile: keys.signing.gateway });
  const requestReply = natsRequestReply({ connection: gateway, signer });
  const registryDesk = await connect('registry', deskUserOf('registry'));
  registryDesk.subscribe(GetModel.subject, {
    callback: (_error, message) => void message.respond(JSON.stringify({ reply: configuredModelExample })),
  });
  const heard = new HeardEvents();
  await liveEvents({
    connection: gateway,
    subject: 'keyledger.approval.event.>',
    logger: silent,
    onEvent: (event) => heard.add(event),
  });
  return {
    database,
    environment,
    heard,
    client: approvalClient(requestReply),
    requestReply,
    connect,
    startReplica: async (overrides = {}) => {
      const definition = { readConfig: () => configuration, module: approvalModule, start, checks };
      const service = await startService(
        'approval',
        definition,
        { ...configuration, ...overrides },
        { logger: silent },
      );
      replicas.push(service);
      return service;
    },
    stopReplicas,
    close: () => resources.disposeAsync(),
  };
};
