import { builder, REMOTE } from '../../builder.ts';
import { AuditEventConnection } from '../audit/audit-event.type.ts';
import { connectionFrom, listCost } from '../connection.ts';
import { DeliveryType } from '../delivery/delivery.type.ts';
import { LeaseType } from '../lease/lease.type.ts';
import { BudgetType } from '../lease/limits.type.ts';
import { ModelType } from '../model/model.type.ts';
import { pageArgs } from '../page-args.ts';
import { deliverySource, isSource, keyRequestSource, type KeyRequestSource, leaseSource } from '../sources.ts';
import { PolicyEvaluation } from './evaluation.type.ts';
import { DeliveryChannel, KeyRequestStatusType } from './key-request.enums.ts';
import { DecisionType, KeyRequestFailure } from './outcome.type.ts';

export const KeyRequestType = builder.objectRef<KeyRequestSource>('KeyRequest');

builder.node(KeyRequestType, {
  description:
    'A request for a key, with everything that came of it. Each part is fetched from the service that owns it.',
  id: { resolve: ({ view }) => view.requestId },
  isTypeOf: (value) => isSource('KeyRequest', value),
  loadOne: async (requestId, context) => {
    context.signedIn();
    const view = await context.reader.keyRequest(requestId);
    return view === null ? null : keyRequestSource(view, context.reader);
  },
});

builder.objectFields(KeyRequestType, (t) => ({
  requestId: t.string({
    description: 'The UUID of the request, as REST and mails show it.',
    resolve: ({ view }) => view.requestId,
  }),
  status: t.field({
    type: KeyRequestStatusType,
    description: 'How far it has come.',
    resolve: ({ view }) => view.status,
  }),
  modelId: t.string({ description: 'The model that was asked for.', resolve: ({ view }) => view.modelId }),
  email: t.string({ description: 'Address of the requester.', resolve: ({ view }) => view.email }),
  justification: t.string({
    nullable: true,
    description: 'Why the key is needed, in the words of the requester.',
    resolve: ({ view }) => view.justification,
  }),
  duration: t.string({
    nullable: true,
    description: 'How long the key shall live, for example `30d`; null: as configured.',
    resolve: ({ view }) => view.duration,
  }),
  budget: t.field({
    type: BudgetType,
    nullable: true,
    description: 'What may be spent with the key; null: as configured.',
    resolve: ({ view }) => view.budget,
  }),
  deliveryChannel: t.field({
    type: DeliveryChannel,
    description: 'How the key shall reach the requester.',
    resolve: ({ view }) => view.delivery.channel,
  }),
  submittedAt: t.field({
    type: 'DateTime',
    description: 'When it was submitted.',
    resolve: ({ view }) => view.submittedAt,
  }),
  updatedAt: t.field({
    type: 'DateTime',
    description: 'When it last changed.',
    resolve: ({ view }) => view.updatedAt,
  }),
  retryAt: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'While a rule could not answer: when the policy runs again.',
    resolve: ({ view }) => view.retryAt,
  }),
  expiresAt: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'While in review: when the request expires.',
    resolve: ({ view }) => view.expiresAt,
  }),
  retryableFrom: t.field({
    type: 'DateTime',
    nullable: true,
    description:
      'From when on an administrator may retry it: at once after a failure, a while after an approval without outcome. Null while there is nothing to retry.',
    resolve: ({ view }) => view.retryableFrom,
  }),
  evaluations: t.field({
    type: [PolicyEvaluation],
    description: 'The decision trace: every run of the policy with the verdict of each rule, oldest first.',
    resolve: ({ view }) => [...view.evaluations],
  }),
  decision: t.field({
    type: DecisionType,
    nullable: true,
    description: 'How it was decided; null while it is open.',
    resolve: ({ view }) => view.decision,
  }),
  failure: t.field({
    type: KeyRequestFailure,
    nullable: true,
    description: 'Why it came to no end, when issuing or delivery gave up.',
    resolve: ({ view }) => view.failure,
  }),
}));

// What other services own. Nullable: when one of them fails, its field is null with an error, and the rest is answered.
builder.objectFields(KeyRequestType, (t) => ({
  model: t.field({
    type: ModelType,
    nullable: true,
    complexity: REMOTE,
    description: 'The model that was asked for; null when it is offered no longer.',
    resolve: ({ view, reader }) => reader.model(view.modelId),
  }),
  lease: t.field({
    type: LeaseType,
    nullable: true,
    complexity: REMOTE,
    description: 'The key that was issued; null while there is none.',
    resolve: async ({ view, reader }) => {
      const lease = await reader.leaseOf(view.requestId);
      return lease === null ? null : leaseSource(lease, reader);
    },
  }),
  deliveries: t.field({
    type: [DeliveryType],
    nullable: true,
    complexity: { field: REMOTE, multiplier: 3 },
    description: 'The deliveries of the key, oldest first.',
    resolve: async ({ view, reader }) =>
      (await reader.deliveriesOf(view.requestId)).map((delivery) => deliverySource(delivery, reader)),
  }),
  history: t.field({
    type: AuditEventConnection,
    nullable: true,
    complexity: listCost,
    description: 'Every event of the life of this key, of every service, oldest first.',
    args: pageArgs(t.arg),
    resolve: ({ view, reader }, args) =>
      connectionFrom(
        args,
        (page) => reader.historyOf(view.requestId, page),
        (event) => event,
      ),
  }),
}));

// The way back, so that a lease or delivery fetched as a node leads to its request.
builder.objectField(LeaseType, 'keyRequest', (t) =>
  t.field({
    type: KeyRequestType,
    nullable: true,
    complexity: REMOTE,
    description: 'The request that the key was issued for; null when an administrator issued it without one.',
    resolve: async ({ view, reader }) => {
      if (view.requestId === undefined) return null;
      const request = await reader.keyRequest(view.requestId);
      return request === null ? null : keyRequestSource(request, reader);
    },
  }),
);
