export { ModelChanged, ModelRegistered, ModelRetired } from './integration-events.ts';
export { modelSources, type ModelView, modelViewSchema, type ProviderView, providerViewSchema } from './model.ts';
export { GetModel, ListFeaturedModels, ListModels, ListProviders } from './operations.ts';
export {
  IssueServiceToken,
  ListServiceTokens,
  RevokeServiceToken,
  type ServiceTokenView,
  serviceTokenViewSchema,
  VerifyServiceToken,
} from './service-token.ts';
