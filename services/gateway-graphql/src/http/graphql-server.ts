import { EnvelopArmorPlugin } from '@escape.tech/graphql-armor';
import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { Logger } from '@keyledger/telemetry';
import { type GraphQLError, NoSchemaIntrospectionCustomRule } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { MAX_DEPTH } from '../builder.ts';
import { contextOf, type Gateway, type GatewayContext } from '../context.ts';
import { maskErrorWith } from '../errors/mask-error.ts';
import { errorWithoutInput } from '../errors/without-input.ts';
import { schema } from '../schema.ts';
import { graphqlTelemetry } from './graphql-telemetry.plugin.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';
import { jsonBody } from './json-body.plugin.ts';
import { scopeOf } from './request-scope.ts';

export interface GraphqlServerOptions {
  readonly gateway: Gateway;
  readonly logger: Logger;
  readonly hasGraphiql: boolean;
  readonly hasIntrospection: boolean;
}

const withoutIntrospection: Plugin = {
  onValidate: ({ addValidationRule }) => addValidationRule(NoSchemaIntrospectionCustomRule),
};

/** What is wrong with an operation before it is executed is told without the values that stand in it. */
const validationWithoutInput: Plugin = {
  onValidate:
    () =>
    ({ valid, result, setResult }) => {
      if (!valid) setResult((result as readonly GraphQLError[]).map(errorWithoutInput));
    },
};

/** Bounds that are checked before anything is executed; the cost of fields is the complexity plugin's. */
const limits = (): Plugin =>
  EnvelopArmorPlugin({
    maxDepth: { n: MAX_DEPTH },
    maxAliases: { n: 15 },
    maxTokens: { n: 1500 },
    maxDirectives: { n: 20 },
    blockFieldSuggestion: { enabled: true },
    costLimit: { enabled: false },
  });

const explorer = {
  title: 'Keyledger',
  subscriptionsProtocol: 'SSE' as const,
  method: 'POST' as const, // subscriptions too, which would else put the claim code into an address
  defaultQuery:
    '{\n  models(first: 5) {\n    edges {\n      node {\n        modelId\n        title\n      }\n    }\n  }\n}\n',
};

/** The GraphQL endpoint. Mounted before the body parser, since it reads the body itself. */
export const graphqlServer = ({ gateway, logger, hasGraphiql, hasIntrospection }: GraphqlServerOptions) =>
  createYoga<{ req: HttpRequest; res: HttpResponse }, GatewayContext>({
    schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    graphiql: hasGraphiql ? explorer : false,
    renderGraphiQL, // with everything in the page, so that it works without the internet
    logging: false,
    cors: false,
    multipart: false,
    batching: false,
    maskedErrors: { maskError: maskErrorWith(logger) },
    context: ({ req }) => {
      const { correlationId, clientAddress, caller } = scopeOf(req);
      return contextOf(gateway, { caller: caller(), scopeId: correlationId, clientAddress });
    },
    plugins: [
      useCSRFPrevention(),
      jsonBody,
      limits(),
      graphqlTelemetry,
      ...(hasIntrospection ? [] : [withoutIntrospection]),
      validationWithoutInput,
    ],
  });
