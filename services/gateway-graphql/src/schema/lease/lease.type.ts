import type { LeaseView } from '@keyledger/contracts-vault';
import { builder } from '../../builder.ts';
import { enumValues } from '../enum-values.ts';
import { isSource, leaseSource, type LeaseSource } from '../sources.ts';

const LeaseStatus = builder.enumType('LeaseStatus', {
  description: 'Where a key is in its life.',
  values: enumValues<LeaseView['status']>({
    started: 'The issuer is being asked for a key.',
    issued: 'The key exists and lies sealed in the vault.',
    failed: 'The issuer refused, or did not answer for as long as the vault keeps trying.',
    suspended: 'The issuer does not accept the key until it is resumed.',
    ending: 'It was revoked or has expired; its keys are being ended at the issuer.',
    ended: 'It was revoked or has expired; none of its keys lives.',
  }),
});

type IssueFailure = NonNullable<LeaseView['failure']>;

const LeaseFailureType = builder.objectRef<IssueFailure>('LeaseFailure').implement({
  description: 'Why no key could be issued.',
  fields: (t) => ({
    cause: t.exposeString('cause', { description: 'The kind of failure, for programs.' }),
    message: t.exposeString('message', { description: 'A sentence for people.' }),
    failedAt: t.expose('failedAt', { type: 'DateTime', description: 'When the vault gave up.' }),
  }),
});

export const LeaseType = builder.objectRef<LeaseSource>('Lease');

builder.node(LeaseType, {
  description: 'A key issued for a request. The key itself is no field of anything: it is shown once, behind its link.',
  id: { resolve: ({ view }) => view.leaseId },
  isTypeOf: (value) => isSource('Lease', value),
  loadOne: async (leaseId, context) => {
    context.signedIn();
    const view = await context.reader.lease(leaseId);
    return view === null ? null : leaseSource(view, context.reader);
  },
  fields: (t) => ({
    status: t.field({ type: LeaseStatus, description: 'How far it has come.', resolve: ({ view }) => view.status }),
    issuer: t.string({ description: 'Who issues the key, for example `litellm`.', resolve: ({ view }) => view.issuer }),
    owner: t.string({ description: 'Address of the person who holds the key.', resolve: ({ view }) => view.owner }),
    modelIds: t.stringList({
      description: 'The models that the key opens.',
      resolve: ({ view }) => [...view.modelIds],
    }),
    generation: t.int({
      description: '1 for the first key of the lease, one more after each rotation.',
      resolve: ({ view }) => view.generation,
    }),
    alias: t.string({
      description: 'Name of the key at the issuer; never used twice.',
      resolve: ({ view }) => view.alias,
    }),
    mask: t.string({
      nullable: true,
      description: 'First and last four characters of the key, to recognise it; `****` for a short one.',
      resolve: ({ view }) => view.mask,
    }),
    startedAt: t.field({
      type: 'DateTime',
      description: 'When the vault began.',
      resolve: ({ view }) => view.startedAt,
    }),
    issuedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Since when the key exists.',
      resolve: ({ view }) => view.issuedAt,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the key stops working; null: never.',
      resolve: ({ view }) => view.expiresAt,
    }),
    failure: t.field({
      type: LeaseFailureType,
      nullable: true,
      description: 'Why there is no key, when issuing failed.',
      resolve: ({ view }) => view.failure,
    }),
  }),
});
