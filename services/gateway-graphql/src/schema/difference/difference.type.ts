import type { DifferenceLimits, DifferenceView } from '@keyledger/contracts-vault';
import { builder, REMOTE } from '../../builder.ts';
import { enumValues } from '../enum-values.ts';
import { LeaseType } from '../lease/lease.type.ts';
import { BudgetType, LeaseRateLimits } from '../lease/limits.type.ts';
import { leaseSource } from '../sources.ts';

export const DifferenceKind = builder.enumType('DifferenceKind', {
  description: 'How the list of an issuer and the ledger disagree about a key.',
  values: enumValues<DifferenceView['kind']>({
    'unknown-key': 'It carries our marker, and no lease or no generation of it is known.',
    'missing-key': 'It is live in the ledger and not at the issuer.',
    'limits-changed': 'It may more, less or for another time than the ledger says.',
    'should-be-dead': 'It ended, was replaced or was given up, and is still there.',
    'duplicate-alias': 'It is a second key of one generation.',
    unreadable: 'It carries our marker, and whose it is or what it may cannot be read.',
  }),
});

export const DifferenceStatus = builder.enumType('DifferenceStatus', {
  description: 'What has become of a difference.',
  values: enumValues<DifferenceView['status']>({
    open: 'It waits for somebody.',
    repairing: 'Its repair was begun and goes on by itself.',
    repaired: 'A command put it right.',
    vanished: 'A later comparison did not meet it any more.',
    acknowledged: 'Somebody lets it be, and said why.',
  }),
});

const KeyLimits = builder.objectRef<DifferenceLimits>('KeyLimits').implement({
  description: 'What a key may, as far as ledger and issuer disagree; null: nothing is set, or they agree.',
  fields: (t) => ({
    modelIds: t.stringList({
      nullable: true,
      description: 'The models that it opens; some issuers take an empty list for all of them.',
      resolve: ({ modelIds }) => modelIds && [...modelIds],
    }),
    budget: t.expose('budget', { type: BudgetType, nullable: true, description: 'What may be spent with it.' }),
    rateLimits: t.expose('rateLimits', {
      type: LeaseRateLimits,
      nullable: true,
      description: 'How fast it may be used.',
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: 'When it stops working.' }),
    isSuspended: t.exposeBoolean('isSuspended', { nullable: true, description: 'Whether it is blocked.' }),
  }),
});

type Failure = NonNullable<DifferenceView['failure']>;

const RepairFailure = builder.objectRef<Failure>('RepairFailure').implement({
  description: 'Why a repair came to nothing.',
  fields: (t) => ({
    cause: t.exposeString('cause', { description: 'The kind of failure, for programs.' }),
    message: t.exposeString('message', { description: 'A sentence for people.' }),
    failedAt: t.expose('failedAt', { type: 'DateTime', description: 'When.' }),
  }),
});

export const DifferenceType = builder.objectRef<DifferenceView>('Difference').implement({
  description: 'How an issuer and the ledger disagree about one key.',
  fields: (t) => ({
    id: t.exposeID('differenceId', { description: 'The same for the same difference in every comparison.' }),
    issuer: t.exposeString('issuer', { description: 'Whose list it is, for example `litellm`.' }),
    kind: t.expose('kind', { type: DifferenceKind, description: 'How they disagree.' }),
    issuerKeyId: t.exposeString('issuerKeyId', { description: 'What the issuer calls the key.' }),
    alias: t.exposeString('alias', { nullable: true, description: 'Name of the key at the issuer.' }),
    lease: t.field({
      type: LeaseType,
      nullable: true,
      complexity: REMOTE,
      description: 'Whose key it is, or says to be; null when there is no such lease.',
      resolve: async ({ leaseId }, _args, { reader }) => {
        const view = leaseId === undefined ? null : await reader.lease(leaseId);
        return view === null ? null : leaseSource(view, reader);
      },
    }),
    generation: t.exposeInt('generation', { nullable: true, description: 'Which key of the lease.' }),
    expected: t.expose('expected', { type: KeyLimits, nullable: true, description: 'Limits as the ledger has them.' }),
    found: t.expose('found', { type: KeyLimits, nullable: true, description: 'Limits as the issuer has them.' }),
    status: t.expose('status', { type: DifferenceStatus, description: 'What has become of it.' }),
    foundAt: t.expose('foundAt', { type: 'DateTime', description: 'When it was found.' }),
    failure: t.expose('failure', {
      type: RepairFailure,
      nullable: true,
      description: 'Why the last repair came to nothing.',
    }),
    by: t.exposeString('by', { nullable: true, description: 'Whoever repairs, repaired or acknowledged it.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it was acknowledged.' }),
    resolvedAt: t.expose('resolvedAt', { type: 'DateTime', nullable: true, description: 'Since when it is over.' }),
  }),
});
