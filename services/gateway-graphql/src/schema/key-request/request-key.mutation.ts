import { type Submission, submitKeyRequest } from '../../application/submit-key-request.ts';
import { builder, REMOTE } from '../../builder.ts';
import type { GatewayContext } from '../../context.ts';
import { InvalidInput } from '../../errors/invalid-input.ts';
import { refusalClasses } from '../../errors/refusals.ts';
import { TooManyRequests } from '../../errors/too-many-requests.ts';
import { encodeGlobalId } from '../global-id.ts';
import { keyRequestSource } from '../sources.ts';
import { DeliveryChannel, KeyRequestStatusType } from './key-request.enums.ts';
import { KeyRequestType } from './key-request.type.ts';

export const BudgetInput = builder.inputType('BudgetInput', {
  description: 'A bound of what may be spent with the key.',
  fields: (t) => ({
    maxUsd: t.float({ required: true, description: 'In US dollars, above 0.' }),
    period: t.string({ description: 'After which spending counts from zero again, for example `30d`; absent: never.' }),
  }),
});

const DeliveryInput = builder.inputType('DeliveryInput', {
  description: 'How the key shall reach the requester.',
  fields: (t) => ({
    channel: t.field({ type: DeliveryChannel, required: true, description: 'The channel.' }),
  }),
});

const RequestKeyInput = builder.inputType('RequestKeyInput', {
  description: 'What is asked for.',
  fields: (t) => ({
    modelId: t.string({ required: true, description: 'The model, as `models` lists it.' }),
    email: t.string({ required: true, description: 'Address of the requester.' }),
    justification: t.string({ description: 'Why the key is needed, up to 2000 characters.' }),
    duration: t.string({
      description: 'How long the key shall live: a number and s, m, h or d, for example `30d`; absent: as configured.',
    }),
    budget: t.field({ type: BudgetInput, description: 'What may be spent; absent: as configured.' }),
    delivery: t.field({
      type: DeliveryInput,
      description: 'How the key shall reach the requester; absent: a mail with a one-time link.',
    }),
    idempotencyKey: t.string({
      description:
        'Chosen by the client: a random text, for example a UUID. The same key with the same input answers with the first ' +
        'request again, claim code included.',
    }),
  }),
});

const RequestKeySuccess = builder.objectRef<Submission>('RequestKeySuccess').implement({
  description:
    'The request was submitted, or one for the same address and model was open already. Which one that is, and how far ' +
    'it has come, is not told to somebody who only typed the address.',
  fields: (t) => ({
    id: t.id({
      nullable: true,
      description:
        'Global id of the request, for `keyRequest` and `keyRequestUpdated`. Null for a visitor who repeats an open request.',
      resolve: ({ requestId }) => (requestId === undefined ? null : encodeGlobalId('KeyRequest', requestId)),
    }),
    requestId: t.exposeString('requestId', {
      nullable: true,
      description: 'UUID of the request. Null for a visitor who repeats an open request.',
    }),
    status: t.expose('status', {
      type: KeyRequestStatusType,
      nullable: true,
      description: 'How far it has come. Null for a visitor who repeats an open request.',
    }),
    claimCode: t.exposeString('claimCode', {
      nullable: true,
      description:
        'Keep it: with this code the request can be watched and the delivered link opened. Null for a repetition.',
    }),
    wasAlreadyOpen: t.exposeBoolean('wasAlreadyOpen', {
      description: 'True when nothing new was submitted: the same was asked before.',
    }),
    keyRequest: t.field({
      type: KeyRequestType,
      nullable: true,
      complexity: REMOTE,
      description: 'The request; null for somebody who may not see it, such as a visitor who repeats an open request.',
      resolve: (submission, _args, context) => submittedRequest(submission, context),
    }),
  }),
});

const submittedRequest = async ({ requestId, claimCode }: Submission, context: GatewayContext) => {
  if (requestId === undefined || (claimCode === undefined && context.caller.kind === 'visitor')) return null;
  const isOwnName = context.caller.kind !== 'visitor';
  const reader = isOwnName ? context.reader : context.readAs(await context.principalFor(requestId, claimCode));
  const view = await reader.keyRequest(requestId);
  return view === null ? null : keyRequestSource(view, reader);
};

builder.mutationField('requestKey', (t) =>
  t.field({
    type: RequestKeySuccess,
    nullable: true,
    complexity: REMOTE,
    description:
      'Asks for a key. Asking again for the same address and model while a request is open answers with that.',
    args: { input: t.arg({ type: RequestKeyInput, required: true, description: 'What is asked for.' }) },
    errors: {
      types: [
        InvalidInput,
        refusalClasses['model-not-found'],
        refusalClasses['idempotency-key-reused'],
        refusalClasses['not-your-address'],
        TooManyRequests,
      ],
      union: { name: 'RequestKeyResult', description: 'The request, or why there is none.' },
    },
    resolve: (_root, { input }, context) => {
      const { budget, delivery } = input;
      return submitKeyRequest(context, context, {
        ...input,
        budget: budget && { maxUsd: budget.maxUsd, ...(budget.period ? { period: budget.period } : {}) },
        delivery: delivery ?? { channel: 'emailLink' },
        modelId: input.modelId,
        justification: input.justification,
        duration: input.duration,
        idempotencyKey: input.idempotencyKey,
      });
    },
  }),
);
