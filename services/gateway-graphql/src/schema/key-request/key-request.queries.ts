import type { ListKeyRequests } from '@keyledger/contracts-approval';
import type { InputOf } from '@keyledger/messaging';
import { builder, REMOTE } from '../../builder.ts';
import { connectionFrom, listCost } from '../connection.ts';
import { uuidOf } from '../global-id.ts';
import { pageArgs } from '../page-args.ts';
import { keyRequestSource } from '../sources.ts';
import { KeyRequestStatusType } from './key-request.enums.ts';
import { KeyRequestType } from './key-request.type.ts';

export const claimCodeDescription = 'The code shown when the key was requested; needed by those who are not signed in.';

const KeyRequestConnection = builder.connectionObject(
  { type: KeyRequestType, name: 'KeyRequestConnection', description: 'A page of requests, newest first.' },
  { name: 'KeyRequestEdge', description: 'A request and its place in the list.' },
);

const KeyRequestFilter = builder.inputType('KeyRequestFilter', {
  description: 'Which requests. What is given must all hold.',
  fields: (t) => ({
    statuses: t.field({ type: [KeyRequestStatusType], description: 'In one of these states.' }),
    email: t.string({ description: 'Of this requester.' }),
    modelId: t.string({ description: 'For this model.' }),
  }),
});

builder.queryField('keyRequest', (t) =>
  t.field({
    type: KeyRequestType,
    nullable: true,
    complexity: REMOTE,
    description: 'One request with everything that came of it; null when it does not exist or may not be seen.',
    args: {
      id: t.arg.id({ required: true, description: 'Global id or UUID of the request.' }),
      claimCode: t.arg.string({ description: claimCodeDescription }),
    },
    resolve: async (_root, { id, claimCode }, context) => {
      const requestId = uuidOf(id, 'KeyRequest');
      const reader = context.readAs(await context.principalFor(requestId, claimCode));
      const view = await reader.keyRequest(requestId);
      return view === null ? null : keyRequestSource(view, reader);
    },
  }),
);

builder.queryField('keyRequests', (t) =>
  t.field({
    type: KeyRequestConnection,
    nullable: true,
    complexity: listCost,
    description: 'Requests, newest first. For reviewers, administrators and auditors.',
    args: {
      filter: t.arg({ type: KeyRequestFilter, description: 'Which requests; absent: all.' }),
      ...pageArgs(t.arg),
    },
    resolve: (_root, { filter, ...args }, context) => {
      context.signedIn();
      const wanted: Omit<InputOf<typeof ListKeyRequests>, 'first' | 'after'> = {
        ...(filter?.statuses ? { statuses: filter.statuses } : {}),
        ...(filter?.email ? { email: filter.email } : {}),
        ...(filter?.modelId ? { modelId: filter.modelId } : {}),
      };
      return connectionFrom(
        args,
        (page) => context.reader.keyRequests({ ...page, ...wanted }),
        (view) => keyRequestSource(view, context.reader),
      );
    },
  }),
);
