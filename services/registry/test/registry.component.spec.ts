import { GetModel, ListFeaturedModels, ListModels, ListProviders } from '@keyledger/contracts-registry';
import { ListIssuerModels } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import { InMemoryCheckpointStore, InMemoryEventStore } from '@keyledger/event-sourcing/testing';
import { clientOf, type Principal, servicePrincipal } from '@keyledger/messaging';
import { InMemoryRequestReply } from '@keyledger/messaging/testing';
import { answerWith } from '@keyledger/messaging-nats/testing';
import { platformModule } from '@keyledger/nest-kit';
import { createLogger } from '@keyledger/telemetry';
import { Test } from '@nestjs/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { RegistryNatsHandlers } from '../src/adapters/nats/registry.nats-handlers.ts';
import { MODEL_LISTS } from '../src/application/ports/model-lists.port.ts';
import { PROVIDER_LIST } from '../src/application/ports/provider-list.port.ts';
import { SERVICE_TOKEN_LIST } from '../src/application/ports/service-token-list.port.ts';
import { FakeModelLists } from '../src/application/ports/testing/model-lists.fake.ts';
import { FakeProviderList } from '../src/application/ports/testing/provider-list.fake.ts';
import { FakeServiceTokenList } from '../src/application/ports/testing/service-token-list.fake.ts';
import type { SyncCatalogue } from '../src/application/processes/sync-catalogue.ts';
import { modelsProjection } from '../src/application/projections/models.projection.ts';
import { providersProjection } from '../src/application/projections/providers.projection.ts';
import { publication } from '../src/application/publication.ts';
import type { RegistryConfig } from '../src/config.ts';
import { registryModule, SYNC_CATALOGUE } from '../src/registry.module.ts';

const config: RegistryConfig = {
  platform: {
    service: 'registry',
    nats: { servers: ['nats://127.0.0.1:1'], user: 'registry', password: 'unused' },
    databaseUrl: 'postgres://127.0.0.1:1/unused',
    eventStoreUrl: 'postgres://127.0.0.1:1/unused',
    http: { host: '127.0.0.1', port: 0 },
    principal: { signingKeyFile: 'unused', trustFile: 'unused' },
    log: { level: 'silent', format: 'json' },
  },
  provider: { providerId: 'litellm', title: 'LiteLLM' },
  models: [
    { id: 'openai/gpt-4o', title: 'GPT-4o', icon: 'simple-icons:openai', color: '#412991' },
    { id: 'claude-3', title: 'Claude 3', description: 'Careful' },
  ],
  featuredModels: [
    { id: 'gemini', title: 'All-round', subtitle: 'Google Gemini', documentationLink: 'https://ai.google.dev' },
    { id: 'claude-3', title: 'For sensitive data', subtitle: 'Anthropic Claude' },
  ],
  asksIssuer: true,
  warnings: [],
  longestTokenLifeMs: undefined,
  syncIntervalMs: 1000,
};

const anybody: Principal = { kind: 'anonymous', id: 'anonymous', roles: [], proof: 'address' };
const ask = () => ({ principal: anybody, correlationId: newId(), causationId: newId() });

const eventStore = { current: new InMemoryEventStore() };
let log: string[];
let requestReply: InMemoryRequestReply;
let models: FakeModelLists;
let providers: FakeProviderList;
let client: ReturnType<typeof clientOf<typeof operations>>;
const operations = { GetModel, ListFeaturedModels, ListModels, ListProviders };

const startService = async (change: Partial<RegistryConfig> = {}): Promise<SyncCatalogue> => {
  const logger = createLogger({ service: 'registry', destination: { write: (line) => void log.push(line) } });
  const platform = platformModule({
    eventStore: eventStore.current,
    checkpoints: new InMemoryCheckpointStore(),
    requestReply,
    logger,
    clock: () => new Date('2026-12-01T08:00:00.000Z'),
  });
  const module = await Test.createTestingModule({ imports: [registryModule({ ...config, ...change }, platform)] })
    .overrideProvider(MODEL_LISTS)
    .useValue(models)
    .overrideProvider(PROVIDER_LIST)
    .useValue(providers)
    .overrideProvider(SERVICE_TOKEN_LIST)
    .useValue(new FakeServiceTokenList())
    .compile();
  answerWith(requestReply, module.get(RegistryNatsHandlers));
  return module.get<SyncCatalogue>(SYNC_CATALOGUE);
};

const stored = async () => {
  const events = [];
  for await (const event of eventStore.current.readAll()) events.push(event);
  return events;
};

/** What the projections would show by now. */
const project = async (): Promise<void> => {
  await models.clear();
  await providers.clear();
  for (const event of await stored()) {
    const projection = event.type.startsWith('Provider') ? providersProjection(providers) : modelsProjection(models);
    await projection.apply(event, undefined);
  }
};

const issuerOffers = (...ids: readonly string[]) =>
  requestReply.handle(ListIssuerModels, () =>
    Promise.resolve({ issuer: 'litellm', models: ids.map((id) => ({ id, ownedBy: 'somebody' })) }),
  );

const warnings = () => log.map((line) => JSON.parse(line) as { level: string }).filter(({ level }) => level === 'warn');

const modelIds = async () => {
  await project();
  return (await client.ListModels({ first: 50 }, ask())).items.map(({ modelId }) => modelId);
};

beforeEach(() => {
  eventStore.current = new InMemoryEventStore();
  log = [];
  requestReply = new InMemoryRequestReply();
  models = new FakeModelLists();
  providers = new FakeProviderList();
  client = clientOf(requestReply, operations);
});

describe('the registry', () => {
  it('lists the models of configuration and issuer in their order', async () => {
    issuerOffers('zeta', 'claude-3', 'alpha', 'openai/*');
    const sync = await startService();
    expect(await sync()).toBe(true);
    await project();
    expect((await client.ListModels({ first: 50 }, ask())).items).toEqual([
      {
        modelId: 'openai/gpt-4o',
        providerId: 'litellm',
        title: 'GPT-4o',
        icon: 'simple-icons:openai',
        color: '#412991',
        isFeatured: false,
        source: 'configuration',
      },
      {
        modelId: 'claude-3',
        providerId: 'litellm',
        title: 'Claude 3',
        description: 'Careful',
        isFeatured: true,
        source: 'configuration',
      },
      {
        modelId: 'gemini',
        providerId: 'litellm',
        title: 'All-round',
        subtitle: 'Google Gemini',
        documentationLink: 'https://ai.google.dev',
        isFeatured: true,
        source: 'configuration',
      },
      {
        modelId: 'alpha',
        providerId: 'litellm',
        title: 'alpha',
        subtitle: 'somebody',
        isFeatured: false,
        source: 'litellm',
      },
      {
        modelId: 'zeta',
        providerId: 'litellm',
        title: 'zeta',
        subtitle: 'somebody',
        isFeatured: false,
        source: 'litellm',
      },
    ]);
    expect(await client.ListProviders({}, ask())).toEqual({ providers: [{ providerId: 'litellm', title: 'LiteLLM' }] });
  });

  it('shows featured models in their own order and words', async () => {
    issuerOffers();
    await (
      await startService()
    )();
    await project();
    const { models: featured } = await client.ListFeaturedModels({}, ask());
    expect(featured).toMatchObject([
      { modelId: 'gemini', title: 'All-round', subtitle: 'Google Gemini', isFeatured: true },
      { modelId: 'claude-3', title: 'For sensitive data', subtitle: 'Anthropic Claude', isFeatured: true },
    ]);
    expect(featured[1]).not.toHaveProperty('description');
  });

  it('is paged by cursors', async () => {
    issuerOffers('x'.repeat(255), 'ü'.repeat(255), 'alpha');
    await (
      await startService()
    )();
    await project();
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await client.ListModels({ first: 1, ...(after === undefined ? {} : { after }) }, ask());
      seen.push(...page.items.map(({ modelId }) => modelId));
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual(['openai/gpt-4o', 'claude-3', 'gemini', 'alpha', 'x'.repeat(255), 'ü'.repeat(255)]);
  });

  it.each([
    'not base64 json',
    ...[
      'null',
      '[]',
      '[0,0]',
      '[9,0,"a"]',
      '[0,-1,"a"]',
      '[0,2147483648,"a"]',
      '[0,0.5,"a"]',
      '[0,0,1]',
      '["0",0,"a"]',
      '[0,0,"\\u0000"]',
      '{"length":3}',
    ].map((json) => Buffer.from(json).toString('base64url')),
  ])('refuses the cursor %j', async (after) => {
    await startService();
    await expect(client.ListModels({ first: 1, after }, ask())).rejects.toMatchObject({ code: 'malformed' });
  });

  it('finds a model as soon as it is registered', async () => {
    issuerOffers('alpha');
    await (
      await startService()
    )();
    expect(await client.GetModel({ modelId: 'alpha' }, ask())).toMatchObject({ title: 'alpha', source: 'litellm' });
    expect(await client.GetModel({ modelId: 'unknown' }, ask())).toBeNull();
  });

  it('publishes what it shows', async () => {
    issuerOffers();
    await (
      await startService({ featuredModels: [] })
    )();
    const published = (await stored()).flatMap((event) => publication(event) ?? []);
    for (const { definition, data } of published) expect(definition.schema.parse(data)).toEqual(data);
    expect(published.map(({ definition, data }) => [definition.type, (data as { modelId: string }).modelId])).toEqual([
      ['ModelRegistered', 'openai/gpt-4o'],
      ['ModelRegistered', 'claude-3'],
    ]);
  });
});

describe('a registry that starts again', () => {
  it('writes nothing when nothing has changed', async () => {
    issuerOffers('alpha');
    await (
      await startService()
    )();
    const before = (await stored()).length;
    await (
      await startService()
    )();
    expect(await stored()).toHaveLength(before);
  });

  it('follows the configuration', async () => {
    issuerOffers();
    await (
      await startService()
    )();
    await (
      await startService({ models: [{ id: 'new', title: 'New' }, ...config.models.slice(1)], featuredModels: [] })
    )();
    expect(await modelIds()).toEqual(['new', 'claude-3']);
    expect(await client.GetModel({ modelId: 'openai/gpt-4o' }, ask())).toBeNull();
    expect((await stored()).map(({ type }) => type).sort()).toEqual([
      'ModelChanged',
      'ModelRegistered',
      'ModelRegistered',
      'ModelRegistered',
      'ModelRegistered',
      'ModelRetired',
      'ModelRetired',
      'ProviderRegistered',
    ]);
  });

  it('follows the issuer', async () => {
    issuerOffers('alpha', 'beta');
    const sync = await startService({ models: [], featuredModels: [] });
    await sync();
    issuerOffers('beta', 'gamma');
    await sync();
    expect(await modelIds()).toEqual(['beta', 'gamma']);
    issuerOffers('alpha', 'beta', 'gamma');
    await sync();
    expect(await modelIds()).toEqual(['alpha', 'beta', 'gamma']);
  });

  it('forgets the issuer when it shall not ask it any more', async () => {
    issuerOffers('alpha');
    await (
      await startService()
    )();
    await (
      await startService({ asksIssuer: false })
    )();
    expect(await modelIds()).toEqual(['openai/gpt-4o', 'claude-3', 'gemini']);
  });
});

describe('an issuer with odd models', () => {
  const offers = (offered: readonly { id: string; ownedBy?: string }[]) =>
    requestReply.handle(ListIssuerModels, () => Promise.resolve({ issuer: 'litellm', models: [...offered] }));

  it('is listed without them, and says so once for each list', async () => {
    offers([{ id: 'a\u200b' }, { id: 'b', ownedBy: 'x\n' }, { id: 'c', ownedBy: 'openai' }]);
    const sync = await startService({ models: [], featuredModels: [] });
    for (const _run of [1, 2]) expect(await sync()).toBe(true);
    expect(await modelIds()).toEqual(['b', 'c']);
    expect((await client.ListModels({ first: 50 }, ask())).items.map(({ subtitle }) => subtitle)).toEqual([
      undefined,
      'openai',
    ]);
    expect(warnings()).toMatchObject([{ count: 2, models: ['a\\u{200b}', 'b'] }]);
    offers([{ id: 'c', ownedBy: 'openai' }, { id: '\ud83d' }]);
    await sync();
    expect(warnings()).toHaveLength(2);
  });
});

describe('an issuer that cannot be asked', () => {
  it('keeps none of the configured models waiting', async () => {
    const sync = await startService();
    expect(await sync()).toBe(false);
    expect(await modelIds()).toEqual(['openai/gpt-4o', 'claude-3', 'gemini']);
  });

  it.each([
    ['is down', new AppError('unavailable', 'The issuer does not answer')],
    ['has a defect', new Error('a defect')],
  ])('because it %s loses none of its models', async (_why, fault) => {
    issuerOffers('alpha');
    const sync = await startService();
    await sync();
    requestReply.handle(ListIssuerModels, () => Promise.reject(fault));
    expect(await sync()).toBe(false);
    expect(await modelIds()).toContain('alpha');
  });

  it('beside one that answers loses none of its models, and the other gains its own', async () => {
    issuerOffers('alpha');
    const sync = await startService();
    await sync();
    requestReply.handle(ListIssuerModels, () =>
      Promise.resolve({
        issuer: 'litellm',
        models: [{ id: 'beta', issuer: 'openrouter' }],
        outcomes: [
          { issuer: 'openrouter', outcome: 'listed' as const },
          { issuer: 'litellm', outcome: 'unavailable' as const, message: 'No answer' },
        ],
      }),
    );
    expect(await sync()).toBe(false);
    expect(await modelIds()).toEqual(expect.arrayContaining(['alpha', 'beta']));
    expect(log.join('')).toContain('litellm: No answer');
    issuerOffers('beta');
    expect(await sync()).toBe(true);
    expect(await modelIds()).not.toContain('alpha');
  });

  it('is asked as the service itself', async () => {
    const principals: Principal[] = [];
    requestReply.handle(ListIssuerModels, (_input, { principal }) => {
      principals.push(principal);
      return Promise.resolve({ issuer: 'litellm', models: [] });
    });
    await (
      await startService()
    )();
    expect(principals).toEqual([servicePrincipal('registry')]);
  });
});

it('two runs at the same time leave one registration of each model', async () => {
  issuerOffers('alpha');
  const sync = await startService();
  await Promise.all([sync(), sync(), sync()]);
  const registered = (await stored()).filter(({ type }) => type === 'ModelRegistered');
  expect(registered).toHaveLength(4);
});
