import { ModelChanged, ModelRegistered, ModelRetired } from '../integration-events.ts';
import { modelViewSchema } from '../model.ts';
import { ListProviders } from '../operations.ts';
import { serviceTokenViewSchema } from '../service-token.ts';
import { golden } from './golden.ts';

/** Example messages for the tests of those who talk to the registry: its golden files, typed. */
export const modelRegisteredExample = ModelRegistered.schema.parse(golden.event('ModelRegistered.event.v1.json').data);
export const modelChangedExample = ModelChanged.schema.parse(golden.event('ModelChanged.event.v1.json').data);
export const modelRetiredExample = ModelRetired.schema.parse(golden.event('ModelRetired.event.v1.json').data);
export const configuredModelExample = modelViewSchema.parse(golden.operation('GetModel.query.json').replies[0]);
export const issuerModelExample = modelViewSchema.parse(golden.operation('GetModel.query.json').replies[1]);
export const providersExample = ListProviders.reply.parse(golden.operation('ListProviders.query.json').replies[0]);
export const serviceTokenExample = serviceTokenViewSchema.parse(
  golden.operation('VerifyServiceToken.query.json').replies[0],
);
