import { GetModel, ListFeaturedModels, ListModels, ListProviders } from '@keyledger/contracts-registry';
import type { InputOf, ReplyOf } from '@keyledger/messaging';
import { Handles } from '@keyledger/messaging-nats';
import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { GetModelQuery } from '../../application/queries/get-model.query.ts';
import type { ListModelsQuery } from '../../application/queries/list-models.query.ts';

/** Everything that others may ask the registry. The models are no secret: every principal may see them. */
export interface RegistryQueries {
  readonly listModels: ListModelsQuery;
  readonly getModel: GetModelQuery;
  readonly listFeaturedModels: () => Promise<ReplyOf<typeof ListFeaturedModels>>;
  readonly listProviders: () => Promise<ReplyOf<typeof ListProviders>>;
}

export const REGISTRY_QUERIES: unique symbol = Symbol('RegistryQueries');

@Controller()
export class RegistryNatsHandlers {
  readonly #queries: RegistryQueries;

  constructor(@Inject(REGISTRY_QUERIES) queries: RegistryQueries) {
    this.#queries = queries;
  }

  @Handles(ListModels)
  listModels(@Payload() input: InputOf<typeof ListModels>): Promise<ReplyOf<typeof ListModels>> {
    return this.#queries.listModels(input);
  }

  @Handles(ListFeaturedModels)
  listFeaturedModels(): Promise<ReplyOf<typeof ListFeaturedModels>> {
    return this.#queries.listFeaturedModels();
  }

  @Handles(GetModel)
  getModel(@Payload() input: InputOf<typeof GetModel>): Promise<ReplyOf<typeof GetModel>> {
    return this.#queries.getModel(input);
  }

  @Handles(ListProviders)
  listProviders(): Promise<ReplyOf<typeof ListProviders>> {
    return this.#queries.listProviders();
  }
}
