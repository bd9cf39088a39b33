import { ApproveKeyRequest, DenyKeyRequest, type KeyRequestView } from '@keyledger/contracts-approval';
import type { CommandReply } from '@keyledger/messaging';
import { about } from '../../application/asker.ts';
import { builder, REMOTE } from '../../builder.ts';
import type { GatewayContext } from '../../context.ts';
import { InvalidInput, parseInput } from '../../errors/invalid-input.ts';
import type { RefusalCode } from '../../errors/refusal-codes.ts';
import { refusalClasses, resultOf } from '../../errors/refusals.ts';
import { uuidOf } from '../global-id.ts';
import { keyRequestSource, type KeyRequestSource } from '../sources.ts';
import { KeyRequestType } from './key-request.type.ts';

interface Changed {
  readonly keyRequest: KeyRequestSource;
}

const changedType = (name: string, description: string) =>
  builder.objectRef<Changed>(name).implement({
    description,
    fields: (t) => ({
      keyRequest: t.expose('keyRequest', { type: KeyRequestType, description: 'The request as it is now.' }),
    }),
  });

const changed = (reply: CommandReply<KeyRequestView, RefusalCode>, { reader }: GatewayContext): Changed => ({
  keyRequest: keyRequestSource(resultOf(reply).result, reader),
});

const optional = <Key extends string>(key: Key, value: string | null | undefined): { [K in Key]?: string } =>
  (value === null || value === undefined ? {} : { [key]: value }) as { [K in Key]?: string };

const decisionErrors = [
  InvalidInput,
  refusalClasses['key-request-not-found'],
  refusalClasses['already-decided'],
  refusalClasses['own-request'],
  refusalClasses['not-a-reviewer'],
];

const requestIdDescription = 'Global id or UUID of the request.';

const ApproveKeyRequestInput = builder.inputType('ApproveKeyRequestInput', {
  description: 'Which request to approve.',
  fields: (t) => ({
    requestId: t.id({ required: true, description: requestIdDescription }),
    comment: t.string({ description: 'Recorded with the decision, up to 2000 characters.' }),
  }),
});

const DenyKeyRequestInput = builder.inputType('DenyKeyRequestInput', {
  description: 'Which request to deny, and why.',
  fields: (t) => ({
    requestId: t.id({ required: true, description: requestIdDescription }),
    reason: t.string({ required: true, description: 'Told to the requester, up to 2000 characters.' }),
  }),
});

const RetryKeyRequestInput = builder.inputType('RetryKeyRequestInput', {
  description: 'Which request to take up again.',
  fields: (t) => ({ requestId: t.id({ required: true, description: requestIdDescription }) }),
});

builder.mutationField('approveKeyRequest', (t) =>
  t.field({
    type: changedType('ApproveKeyRequestSuccess', 'The request is approved; its key is being issued.'),
    nullable: true,
    complexity: REMOTE,
    description:
      'Approves a request that is submitted or in review, as long as its model is offered. For reviewers; never for a request of their own.',
    args: { input: t.arg({ type: ApproveKeyRequestInput, required: true, description: 'Which request.' }) },
    errors: {
      types: [...decisionErrors, refusalClasses['model-not-found']],
      union: { name: 'ApproveKeyRequestResult', description: 'The approved request, or why it is not approved.' },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const requestId = uuidOf(input.requestId, 'KeyRequest');
      const command = parseInput(ApproveKeyRequest.input, { requestId, ...optional('comment', input.comment) });
      return changed(await context.services.approval.approve(command, about(asker, requestId)), context);
    },
  }),
);

builder.mutationField('denyKeyRequest', (t) =>
  t.field({
    type: changedType('DenyKeyRequestSuccess', 'The request is denied; its requester is told.'),
    nullable: true,
    complexity: REMOTE,
    description: 'Denies a request that is submitted or in review. For reviewers.',
    args: { input: t.arg({ type: DenyKeyRequestInput, required: true, description: 'Which request, and why.' }) },
    errors: {
      types: decisionErrors,
      union: { name: 'DenyKeyRequestResult', description: 'The denied request, or why it is not denied.' },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const requestId = uuidOf(input.requestId, 'KeyRequest');
      const command = parseInput(DenyKeyRequest.input, { requestId, reason: input.reason });
      return changed(await context.services.approval.deny(command, about(asker, requestId)), context);
    },
  }),
);

builder.mutationField('retryKeyRequest', (t) =>
  t.field({
    type: changedType(
      'RetryKeyRequestSuccess',
      'The request is taken up again: at the step that gave up, or wherever it got stuck.',
    ),
    nullable: true,
    complexity: REMOTE,
    description:
      'Takes up a failed request again, or an approved one that has come to no end for a while: see `retryableFrom`. There is never a second key. For administrators.',
    args: { input: t.arg({ type: RetryKeyRequestInput, required: true, description: 'Which request.' }) },
    errors: {
      types: [
        InvalidInput,
        refusalClasses['key-request-not-found'],
        refusalClasses['not-failed'],
        refusalClasses['another-request-open'],
        refusalClasses['not-an-administrator'],
      ],
      union: { name: 'RetryKeyRequestResult', description: 'The request taken up again, or why it is not.' },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const requestId = uuidOf(input.requestId, 'KeyRequest');
      return changed(await context.services.approval.retry({ requestId }, about(asker, requestId)), context);
    },
  }),
);
