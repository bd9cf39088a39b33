import { ModelChanged, ModelRegistered, ModelRetired } from '../integration-events.ts';
import { modelViewSchema } from '../model.ts';
import { ListProviders } from '../operations.ts';
import { goldenEvent, goldenOperation } from './golden.ts';

/** Example messages for the tests of those who talk to the registry: its golden files, typed. */
export const modelRegisteredExample = ModelRegistered.schema.parse(goldenEvent('ModelRegistered.event.v1.json').data);
export const modelChangedExample = ModelChanged.schema.parse(goldenEvent('ModelChanged.event.v1.json').data);
export const modelRetiredExample = ModelRetired.schema.parse(goldenEvent('ModelRetired.event.v1.json').data);
export const configuredModelExample = modelViewSchema.parse(goldenOperation('GetModel.query.json').replies[0]);
export const issuerModelExample = modelViewSchema.parse(goldenOperation('GetModel.query.json').replies[1]);
export const providersExample = ListProviders.reply.parse(goldenOperation('ListProviders.query.json').replies[0]);
