import { builder, REMOTE } from '../../builder.ts';
import { connectionFrom, listCost } from '../connection.ts';
import { pageArgs } from '../page-args.ts';
import { ModelType } from './model.type.ts';

const ModelConnection = builder.connectionObject(
  { type: ModelType, name: 'ModelConnection', description: 'A page of models.' },
  { name: 'ModelEdge', description: 'A model and its place in the list.' },
);

builder.queryField('models', (t) =>
  t.field({
    type: ModelConnection,
    nullable: true,
    complexity: listCost,
    description: 'Models that a key can be requested for: configured ones first, then those of the issuer by name.',
    args: pageArgs(t.arg),
    resolve: (_root, args, { reader }) => connectionFrom(args, reader.models, (model) => model),
  }),
);

builder.queryField('featuredModels', (t) =>
  t.field({
    type: [ModelType],
    nullable: true,
    complexity: REMOTE,
    description: 'The models that the organisation recommends, in its order.',
    resolve: async (_root, _args, { reader }) => [...(await reader.featuredModels())],
  }),
);
