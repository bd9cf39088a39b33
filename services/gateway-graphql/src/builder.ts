import { AppError } from '@keyledger/errors';
import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import { GraphQLError } from 'graphql';
import type { GatewayContext } from './context.ts';
import { decodeGlobalId, encodeGlobalId } from './schema/global-id.ts';

/** Cost of a field that asks another service; plain fields cost 1. */
export const REMOTE = 10;

/** A page of a hundred audit events in full costs about 2 500; fifty requests with lease and deliveries about 5 000. */
const MAX_COST = 10_000;
export const MAX_DEPTH = 12;
const MAX_BREADTH = 300;

const MAX_NODES = 50;

const cursor = 'Opaque; give it as `after` to go on from here.';

export const builder = new SchemaBuilder<{
  Context: GatewayContext;
  Scalars: {
    DateTime: { Input: string; Output: string };
    JSON: { Input: unknown; Output: unknown };
  };
  DefaultFieldNullability: false;
  DefaultEdgesNullability: false;
}>({
  plugins: [ErrorsPlugin, RelayPlugin, ComplexityPlugin],
  defaultFieldNullability: false,
  errors: { defaultTypes: [], directResult: true },
  complexity: {
    limit: { complexity: MAX_COST, depth: MAX_DEPTH, breadth: MAX_BREADTH },
    complexityError: (kind) =>
      new AppError('malformed', `The operation is too expensive (${kind}); ask for less at once`),
  },
  relay: {
    clientMutationId: 'omit',
    cursorType: 'String',
    encodeGlobalID: (typename, id) => encodeGlobalId(typename, String(id)),
    decodeGlobalID: decodeGlobalId,
    idFieldOptions: { description: 'Global id: unique among all things of the schema, opaque, stable.' },
    nodeTypeOptions: { description: 'A thing with a global id, which can be fetched again by that id.' },
    pageInfoTypeOptions: { description: 'Where a page lies in its list.' },
    hasNextPageFieldOptions: { description: 'True when there is more behind the last edge.' },
    hasPreviousPageFieldOptions: { description: 'True when the page was asked for with `after`.' },
    startCursorFieldOptions: { description: `Cursor of the first edge. ${cursor}` },
    endCursorFieldOptions: { description: `Cursor of the last edge. ${cursor}` },
    cursorFieldOptions: { description: cursor },
    edgesFieldOptions: {
      description: 'The things of this page, each with its cursor.',
      nullable: false,
      complexity: { field: 0, multiplier: 1 },
    },
    nodeFieldOptions: { description: 'The thing itself.', nullable: false },
    pageInfoFieldOptions: { description: 'Where this page lies in the list.' },
    nodeQueryOptions: {
      description: 'Fetches anything by its global id; null when it does not exist or may not be seen.',
      complexity: REMOTE,
      args: { id: { description: 'The global id.' } },
    },
    nodesQueryOptions: {
      description: 'Fetches several things by their global ids, in the same order, null for what cannot be seen.',
      complexity: ({ ids }) => ({ field: REMOTE * ids.length, multiplier: ids.length }),
      args: { ids: { description: `The global ids, at most ${MAX_NODES}.` } },
      resolve: (_root, { ids }, _context, _info, resolveNodes) => {
        if (ids.length > MAX_NODES) throw new AppError('malformed', `At most ${MAX_NODES} things at once`);
        return resolveNodes(ids);
      },
    },
  },
});

/** False for an invalid date as well. */
const isStorable = (moment: Date): boolean => moment.getUTCFullYear() >= 1 && moment.getUTCFullYear() <= 9999;

builder.scalarType('DateTime', {
  description: 'A moment: ISO 8601 in UTC with `Z`, for example `2026-11-21T07:30:00.000Z`.',
  serialize: (value) => value,
  parseValue: (value) => {
    const moment = typeof value === 'string' ? new Date(value) : undefined;
    if (moment === undefined || !isStorable(moment))
      throw new GraphQLError('Expected an ISO 8601 time between the years 1 and 9999');
    return moment.toISOString();
  },
});

builder.scalarType('JSON', {
  description: 'Any JSON value.',
  serialize: (value) => value,
});

builder.queryType({ description: 'Reading. Changes nothing.' });
builder.mutationType({ description: 'Changing. Each answers with what came of it or with a typed refusal.' });
builder.subscriptionType({ description: 'Watching, over server-sent events.' });
