import { setTimeout as delay } from 'node:timers/promises';
import { ListIssuerModels } from '@keyledger/contracts-vault';
import {
  CHECKPOINT_STORE,
  type CheckpointStore,
  type Clock,
  EVENT_STORE,
  type EventStore,
  newId,
} from '@keyledger/event-sourcing';
import { clientOf, REQUEST_REPLY, type RequestReply } from '@keyledger/messaging';
import { CLOCK, LOGGER, PG_POOL, type Runner } from '@keyledger/nest-kit';
import type { Logger } from '@keyledger/telemetry';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import {
  REGISTRY_QUERIES,
  RegistryNatsHandlers,
  type RegistryQueries,
} from './adapters/nats/registry.nats-handlers.ts';
import {
  SERVICE_TOKEN_OPERATIONS,
  ServiceTokenNatsHandlers,
  type ServiceTokenOperations,
} from './adapters/nats/service-token.nats-handlers.ts';
import { postgresModelLists } from './adapters/postgres/postgres.model-lists.ts';
import { postgresProviderList } from './adapters/postgres/postgres.provider-list.ts';
import { postgresServiceTokenList } from './adapters/postgres/postgres.service-token-list.ts';
import { serviceTokenHandlers } from './application/commands/service-token.handlers.ts';
import { featuredModelView } from './application/model.view.ts';
import { MODEL_LISTS, type ModelLists } from './application/ports/model-lists.port.ts';
import { PROVIDER_LIST, type ProviderList } from './application/ports/provider-list.port.ts';
import { SERVICE_TOKEN_LIST, type ServiceTokenList } from './application/ports/service-token-list.port.ts';
import { catalogueRunner } from './application/processes/catalogue.runner.ts';
import { type SyncCatalogue, syncCatalogue } from './application/processes/sync-catalogue.ts';
import { getModel } from './application/queries/get-model.query.ts';
import { listModels } from './application/queries/list-models.query.ts';
import { serviceTokenQueries } from './application/queries/service-token.queries.ts';
import type { RegistryConfig } from './config.ts';
import { issuerUnknown, oddModels } from './telemetry-events.ts';

export const SYNC_CATALOGUE: unique symbol = Symbol('SyncCatalogue');
export const CATALOGUE_RUNNER: unique symbol = Symbol('CatalogueRunner');

const queries = ({ provider: { providerId } }: RegistryConfig): Provider => ({
  provide: REGISTRY_QUERIES,
  inject: [EVENT_STORE, MODEL_LISTS, PROVIDER_LIST],
  useFactory: (eventStore: EventStore, models: ModelLists, providers: ProviderList): RegistryQueries => ({
    listModels: listModels(models),
    getModel: getModel({ eventStore, providerId }),
    listFeaturedModels: async () => ({ models: (await models.featured()).map(featuredModelView) }),
    listProviders: async () => ({ providers: [...(await providers.all())] }),
  }),
});

const catalogue = ({ provider, models, featuredModels, asksIssuer, syncIntervalMs }: RegistryConfig): Provider[] => [
  {
    provide: SYNC_CATALOGUE,
    inject: [EVENT_STORE, REQUEST_REPLY, CLOCK, LOGGER],
    useFactory: (eventStore: EventStore, requestReply: RequestReply, clock: Clock, logger: Logger): SyncCatalogue =>
      syncCatalogue({
        eventStore,
        vault: clientOf(requestReply, { ListIssuerModels }),
        clock,
        newId,
        provider,
        configured: { models, featuredModels },
        asksIssuer,
        onIssuerUnknown: (error) => issuerUnknown(logger, error),
        onOddModels: oddModels(logger),
      }),
  },
  {
    provide: CATALOGUE_RUNNER,
    inject: [CHECKPOINT_STORE, SYNC_CATALOGUE],
    useFactory: (checkpoints: CheckpointStore, sync: SyncCatalogue): Runner =>
      catalogueRunner({
        checkpoints,
        sync,
        intervalMs: syncIntervalMs,
        pause: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
      }),
  },
];

const serviceTokens = ({ longestTokenLifeMs: longestLifeMs }: RegistryConfig): Provider[] => [
  { provide: SERVICE_TOKEN_LIST, inject: [PG_POOL], useFactory: postgresServiceTokenList },
  {
    provide: SERVICE_TOKEN_OPERATIONS,
    inject: [EVENT_STORE, SERVICE_TOKEN_LIST, CLOCK],
    useFactory: (eventStore: EventStore, list: ServiceTokenList, clock: Clock): ServiceTokenOperations => ({
      ...serviceTokenHandlers({ eventStore, clock, longestLifeMs }),
      ...serviceTokenQueries(eventStore, list, clock),
    }),
  },
];

@Module({})
class RegistryModule {}

export const registryModule = (config: RegistryConfig, platform: DynamicModule): DynamicModule => ({
  module: RegistryModule,
  imports: [platform],
  controllers: [RegistryNatsHandlers, ServiceTokenNatsHandlers],
  providers: [
    { provide: MODEL_LISTS, inject: [PG_POOL], useFactory: postgresModelLists },
    { provide: PROVIDER_LIST, inject: [PG_POOL], useFactory: postgresProviderList },
    queries(config),
    ...catalogue(config),
    ...serviceTokens(config),
  ],
});
