import { withSpan } from '@keyledger/telemetry';
import type { Plugin } from 'graphql-yoga';
import { operationAnswered } from '../telemetry-events.ts';
import { type DocumentNode, type ExecutionResult, getOperationAST } from 'graphql';

const outcomeOf = (result: unknown): 'ok' | 'errors' =>
  typeof result === 'object' &&
  result !== null &&
  'errors' in result &&
  Array.isArray((result as ExecutionResult).errors)
    ? 'errors'
    : 'ok';

/** A span and a measurement for each query and mutation. Neither names nor variables: they may hold anything. */
export const graphqlTelemetry: Plugin = {
  onExecute: ({ args, executeFn, setExecuteFn }) => {
    const type = getOperationAST(args.document as DocumentNode, args.operationName as string | undefined)?.operation;
    if (type === undefined) return;
    setExecuteFn((input) =>
      withSpan(
        type,
        { 'graphql.operation.type': type },
        async () => {
          const startedAt = performance.now();
          const result: unknown = await executeFn(input);
          operationAnswered(type, outcomeOf(result), (performance.now() - startedAt) / 1000);
          return result;
        },
        { kind: 'server' },
      ),
    );
  },
};
