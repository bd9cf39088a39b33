import type { LeaseView } from '@keyledger/contracts-vault';
import { builder } from '../../builder.ts';
import { enumValues } from '../enum-values.ts';

type Part<Name extends keyof LeaseView> = NonNullable<LeaseView[Name]>;

const LeaseChangeKind = builder.enumType('LeaseChangeKind', {
  description: 'What is changed of a live key.',
  values: enumValues<Part<'change'>['kind']>({
    renewal: 'When it expires.',
    limits: 'What it may.',
    suspension: 'It stops working for a while.',
    resumption: 'It works again.',
  }),
});

export const LeaseChange = builder.objectRef<Part<'change'>>('LeaseChange').implement({
  description: 'What the issuer is being asked to change of a key.',
  fields: (t) => ({
    kind: t.expose('kind', { type: LeaseChangeKind, description: 'What is changed.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'Since when the issuer is asked.' }),
  }),
});

export const LeaseSuspension = builder.objectRef<Part<'suspension'>>('LeaseSuspension').implement({
  description: 'Why a key does not work for the time being.',
  fields: (t) => ({
    reason: t.exposeString('reason', { description: 'In the words of whoever suspended it.' }),
    suspendedAt: t.expose('suspendedAt', { type: 'DateTime', description: 'Since when.' }),
  }),
});

export const LeaseRotation = builder.objectRef<Part<'rotation'>>('LeaseRotation').implement({
  description: 'The successor of a key is being made; the key works as before.',
  fields: (t) => ({
    generation: t.exposeInt('generation', { description: 'Number of the successor.' }),
  }),
});

const RefusedChange = builder.objectRef<NonNullable<Part<'retiring'>[number]['refused']>>('RefusedChange').implement({
  description: 'What the issuer did to the key that counts and refused to do to one before it.',
  fields: (t) => ({
    change: t.expose('change', { type: LeaseChangeKind, description: 'A suspension or a resumption.' }),
    cause: t.exposeString('cause', { description: 'The kind of obstacle, for programs.' }),
    message: t.exposeString('message', { description: 'A sentence for people.' }),
  }),
});

export const RetiringKey = builder.objectRef<Part<'retiring'>[number]>('RetiringKey').implement({
  description: 'A key before the one that counts, which lives on for a while.',
  fields: (t) => ({
    generation: t.exposeInt('generation', { description: 'Number of the key.' }),
    endsAt: t.expose('endsAt', { type: 'DateTime', description: 'End of its grace period.' }),
    awaitsDelivery: t.exposeBoolean('awaitsDelivery', {
      description: 'True while its successor has not reached whoever uses it: it lives at least until then.',
    }),
    refused: t.expose('refused', {
      type: RefusedChange,
      nullable: true,
      description:
        'Why it works although the lease is suspended, or does not although it was resumed; null: it does not differ.',
    }),
  }),
});
