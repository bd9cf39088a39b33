import type { AuditFilter } from '@keyledger/contracts-audit';
import { builder } from '../../builder.ts';
import { connectionFrom, listCost } from '../connection.ts';
import { uuidOf } from '../global-id.ts';
import { pageArgs } from '../page-args.ts';
import { AuditEventConnection } from './audit-event.type.ts';

const AuditEventFilter = builder.inputType('AuditEventFilter', {
  description: 'Which events. What is given must all hold.',
  fields: (t) => ({
    categories: t.stringList({ description: 'Of one of these stream categories, for example `lease`.' }),
    types: t.stringList({ description: 'Of one of these types, for example `LeaseIssued`.' }),
    stream: t.string({ description: 'Of this stream: category and id, joined by a dash.' }),
    actorId: t.string({ description: 'Caused by this actor.' }),
    correlationId: t.string({ description: 'With this correlation id, such as the UUID of a key request.' }),
    from: t.field({ type: 'DateTime', description: 'Recorded at or after this moment.' }),
    to: t.field({ type: 'DateTime', description: 'Recorded before this moment.' }),
  }),
});

const withoutNulls = (filter: object): AuditFilter =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null && value !== undefined));

builder.queryField('auditEvents', (t) =>
  t.field({
    type: AuditEventConnection,
    nullable: true,
    complexity: listCost,
    description: 'Every event of every service in one total order, oldest first. For auditors and administrators.',
    args: { filter: t.arg({ type: AuditEventFilter, description: 'Which events; absent: all.' }), ...pageArgs(t.arg) },
    resolve: (_root, { filter, ...args }, context) => {
      context.signedIn();
      const wanted = withoutNulls(filter ?? {});
      return connectionFrom(
        args,
        (page) => context.reader.auditEvents(wanted, page),
        (event) => event,
      );
    },
  }),
);

builder.queryField('keyHistory', (t) =>
  t.field({
    type: AuditEventConnection,
    nullable: true,
    complexity: listCost,
    description: 'The whole life of one key, oldest first: request, decision, issuing, delivery, opening.',
    args: {
      id: t.arg.id({ required: true, description: 'Global id or UUID of a key request, lease or delivery.' }),
      claimCode: t.arg.string({
        description:
          'The code shown when the key was requested; needed by those who are not signed in. Then `id` must name the request.',
      }),
      ...pageArgs(t.arg),
    },
    resolve: async (_root, { id, claimCode, ...args }, context) => {
      const uuid = uuidOf(id, 'KeyRequest', 'Lease', 'Delivery');
      const reader = context.readAs(await context.principalFor(uuid, claimCode));
      return connectionFrom(
        args,
        (page) => reader.historyOf(uuid, page),
        (event) => event,
      );
    },
  }),
);
