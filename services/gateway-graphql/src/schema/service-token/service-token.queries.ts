import { ListServiceTokens } from '@keyledger/contracts-registry';
import { builder } from '../../builder.ts';
import { parseInput } from '../../errors/invalid-input.ts';
import { connectionFrom, listCost } from '../connection.ts';
import { pageArgs } from '../page-args.ts';
import { ServiceTokenType } from './service-token.type.ts';

const ServiceTokenConnection = builder.connectionObject(
  { type: ServiceTokenType, name: 'ServiceTokenConnection', description: 'A page of service tokens, newest first.' },
  { name: 'ServiceTokenEdge', description: 'A service token and its place in the list.' },
);

builder.queryField('serviceTokens', (t) =>
  t.field({
    type: ServiceTokenConnection,
    nullable: true,
    complexity: listCost,
    description: 'The tokens of applications, newest first. For administrators and auditors.',
    args: pageArgs(t.arg),
    resolve: (_root, args, context) => {
      const asker = context.asker(context.signedIn());
      return connectionFrom(
        args,
        (page) => context.services.registry.listServiceTokens(parseInput(ListServiceTokens.input, page), asker),
        (view) => view,
      );
    },
  }),
);
