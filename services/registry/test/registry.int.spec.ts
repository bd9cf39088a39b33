import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GetModel, ListFeaturedModels, ListModels, ListProviders } from '@keyledger/contracts-registry';
import { ListIssuerModels } from '@keyledger/contracts-vault';
import { newId } from '@keyledger/event-sourcing';
import {
  clientOf,
  deskUserOf,
  type IntegrationEvent,
  type Principal,
  type ReplyOf,
  type ServiceName,
} from '@keyledger/messaging';
import {
  connectNats,
  generatePrincipalKeys,
  Handles,
  joseSigner,
  joseVerifier,
  natsRequestReply,
  natsServer,
  writePrincipalKeys,
} from '@keyledger/messaging-nats';
import { liveEvents } from '@keyledger/messaging-nats/testing';
import { startService } from '@keyledger/nest-kit';
import { createLogger } from '@keyledger/telemetry';
import { testNats } from '@keyledger/testing';
import { Controller } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { readConfig } from '../src/config.ts';
import { registryModule } from '../src/registry.module.ts';
import { start } from '../src/start.ts';
import { registryDatabase } from './registry-database.ts';

jest.setTimeout(60_000);

const yaml = `
litellm:
  enable_litellm_models: true
models:
  - id: openai-gpt4
    title: "OpenAI GPT-4"
    icon: "simple-icons:openai"
    color: "#412991"
featured_models:
  - id: openai-gpt4
    title: "Coding"
    subtitle: "OpenAI GPT-4"
`;

const anybody: Principal = { kind: 'anonymous', id: 'anonymous', roles: [], proof: 'address' };
const ask = () => ({ principal: anybody, correlationId: newId(), causationId: newId() });

const logger = createLogger({ service: 'registry', level: 'silent' });
const resources = new AsyncDisposableStack();
/** Stores hold neither a NUL nor half of a character. */
const odd = [{ id: 'a\0' }, { id: 'b\ud83d' }];
const issuer: { models: ReplyOf<typeof ListIssuerModels>['models'] } = {
  models: [...odd, { id: 'alpha', ownedBy: 'c\0' }],
};
const heard: IntegrationEvent[] = [];
const waiting: (() => void)[] = [];

/** Resolves when an event of this type about this model has been published. */
const published = async (type: string, modelId: string): Promise<void> => {
  const fits = (event: IntegrationEvent) =>
    event.type === type && (event.data as { modelId: string }).modelId === modelId;
  while (!heard.some(fits)) await new Promise<void>((resolve) => waiting.push(resolve));
};

@Controller()
class VaultInPlace {
  @Handles(ListIssuerModels)
  list(): Promise<ReplyOf<typeof ListIssuerModels>> {
    return Promise.resolve({ issuer: 'litellm', models: issuer.models });
  }
}

const setUp = async () => {
  const database = await registryDatabase();
  resources.defer(() => database.close());
  const nats = await testNats();
  resources.defer(() => nats.stop());
  const directory = mkdtempSync(path.join(tmpdir(), 'keyledger-registry-'));
  resources.defer(() => rmSync(directory, { recursive: true, force: true }));
  const keyFiles = writePrincipalKeys(directory, await generatePrincipalKeys());
  const configFile = path.join(directory, 'keyledger.yaml');
  writeFileSync(configFile, yaml);
  const connect = async (service: ServiceName, user: string = service) => {
    const { password } = nats.credentials(service);
    const connection = await connectNats({ servers: nats.url, user, password, name: user });
    resources.defer(() => connection.close());
    return connection;
  };

  const gateway = await connect('gateway');
  await liveEvents({
    connection: gateway,
    subject: 'keyledger.registry.event.>',
    logger,
    onEvent: (event) => {
      heard.push(event);
      for (const wake of waiting.splice(0)) wake();
    },
  });
  const signer = joseSigner({ service: 'gateway', privateKeyFile: keyFiles.signing.gateway });
  const requestReply = natsRequestReply({ connection: gateway, signer });

  const config = readConfig({
    CONFIG_FILE: configFile,
    NATS_URL: nats.url,
    NATS_PASSWORD: nats.credentials('registry').password,
    DATABASE_URL: database.databaseUrl,
    HEALTH_PORT: '0',
    PRINCIPAL_KEY_FILE: keyFiles.signing.registry,
    PRINCIPAL_TRUST_FILE: keyFiles.trust,
    MODEL_SYNC_INTERVAL: '1s',
    LOG_LEVEL: 'silent',
  });
  const startReplica = async () => {
    const definition = { readConfig: () => config, module: registryModule, start };
    const service = await startService('registry', definition, config, { logger });
    resources.defer(() => service.stop());
    return service;
  };
  const startVault = async () => {
    const verifier = joseVerifier({ trustFile: keyFiles.trust });
    const server = natsServer({
      connection: await connect('vault', deskUserOf('vault')),
      service: 'vault',
      verifier,
      logger,
    });
    const module = await Test.createTestingModule({ controllers: [VaultInPlace] }).compile();
    const app = module.createNestMicroservice<MicroserviceOptions>({ ...server, logger: false });
    await app.listen();
    resources.defer(() => app.close());
  };
  const client = clientOf(requestReply, { GetModel, ListModels, ListFeaturedModels, ListProviders });
  return { client, startReplica, startVault };
};

let stack: Awaited<ReturnType<typeof setUp>>;

beforeAll(async () => {
  stack = await setUp();
});

afterAll(() => resources.disposeAsync());

it('two replicas list what is configured, then what the issuer offers, and follow it', async () => {
  const first = await stack.startReplica();
  await stack.startReplica();
  await published('ModelRegistered', 'openai-gpt4');
  expect(await stack.client.GetModel({ modelId: 'openai-gpt4' }, ask())).toMatchObject({ title: 'OpenAI GPT-4' });

  await stack.startVault();
  await published('ModelRegistered', 'alpha');
  expect(await stack.client.GetModel({ modelId: 'alpha' }, ask())).toMatchObject({ source: 'litellm' });

  await first.stop();
  issuer.models = [...odd, { id: 'beta', ownedBy: 'somebody' }];
  await published('ModelRetired', 'alpha');
  await published('ModelRegistered', 'beta');
  expect(await stack.client.GetModel({ modelId: 'alpha' }, ask())).toBeNull();

  const registered = heard.filter(({ type }) => type === 'ModelRegistered').map(({ data }) => data);
  expect(registered).toMatchObject([{ modelId: 'openai-gpt4' }, { modelId: 'alpha' }, { modelId: 'beta' }]);

  // The lists come from the read model, which follows within moments.
  const listed = async () => (await stack.client.ListModels({ first: 50 }, ask())).items.map(({ modelId }) => modelId);
  while ((await listed()).join(' ') !== 'openai-gpt4 beta');
  expect(await stack.client.ListFeaturedModels({}, ask())).toMatchObject({
    models: [{ modelId: 'openai-gpt4', title: 'Coding', subtitle: 'OpenAI GPT-4' }],
  });
  expect(await stack.client.ListProviders({}, ask())).toEqual({
    providers: [{ providerId: 'litellm', title: 'LiteLLM' }],
  });
});
