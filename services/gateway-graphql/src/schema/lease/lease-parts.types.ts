import type { LeaseView } from '@keyledger/contracts-vault';
import { builder } from '../../builder.ts';
import { enumValues } from '../enum-values.ts';

type Part<Name extends keyof LeaseView> = NonNullable<LeaseView[Name]>;

export const LeaseStatus = builder.enumType('LeaseStatus', {
  description: 'How far the life of a key has come.',
  values: enumValues<LeaseView['status']>({
    started: 'The issuer is being asked for a key.',
    issued: 'The key exists and lies sealed in the vault.',
    suspended: 'The key does not work until it is resumed.',
    ending: 'The lease was revoked or has expired; its keys are being ended at the issuer.',
    ended: 'None of its keys works any more.',
    failed: 'The issuer refused, or did not answer for as long as the vault keeps trying.',
  }),
});

export const LeaseFailureType = builder.objectRef<Part<'failure'>>('LeaseFailure').implement({
  description: 'Why no key could be issued.',
  fields: (t) => ({
    cause: t.exposeString('cause', { description: 'The kind of failure, for programs.' }),
    message: t.exposeString('message', { description: 'A sentence for people.' }),
    failedAt: t.expose('failedAt', { type: 'DateTime', description: 'When the vault gave up.' }),
  }),
});

export const LeaseRateLimits = builder.objectRef<Part<'rateLimits'>>('LeaseRateLimits').implement({
  description: 'How fast a key may be used.',
  fields: (t) => ({
    requestsPerMinute: t.exposeInt('requestsPerMinute', { nullable: true, description: 'Null: no limit.' }),
    tokensPerMinute: t.exposeInt('tokensPerMinute', { nullable: true, description: 'Null: no limit.' }),
    parallelRequests: t.exposeInt('parallelRequests', { nullable: true, description: 'Null: no limit.' }),
  }),
});

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

export const RetiringKey = builder.objectRef<Part<'retiring'>[number]>('RetiringKey').implement({
  description: 'A key before the one that counts, which lives on for a while.',
  fields: (t) => ({
    generation: t.exposeInt('generation', { description: 'Number of the key.' }),
    endsAt: t.expose('endsAt', { type: 'DateTime', description: 'End of its grace period.' }),
    awaitsDelivery: t.exposeBoolean('awaitsDelivery', {
      description: 'True while its successor has not reached whoever uses it: it lives at least until then.',
    }),
  }),
});

const LeaseEndKind = builder.enumType('LeaseEndKind', {
  description: 'How a lease ends.',
  values: enumValues<Part<'end'>['how']>({
    revoked: 'Somebody revoked it.',
    expired: 'Its time was over.',
  }),
});

export const LeaseEnd = builder.objectRef<Part<'end'>>('LeaseEnd').implement({
  description: 'How and when a lease ends.',
  fields: (t) => ({
    how: t.expose('how', { type: LeaseEndKind, description: 'How.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Of a revocation.' }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      description: 'Since when no key of it is given out, and all are being ended at the issuer.',
    }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when none of its keys works; null while one may.',
    }),
  }),
});

export const LeaseDelay = builder.objectRef<Part<'delay'>>('LeaseDelay').implement({
  description: 'Keys that must not live still do, since the issuer does not end them. The vault keeps trying.',
  fields: (t) => ({
    cause: t.exposeString('cause', { description: 'The kind of obstacle, for programs.' }),
    message: t.exposeString('message', { description: 'A sentence for people.' }),
    delayedAt: t.expose('delayedAt', { type: 'DateTime', description: 'Since when it is known.' }),
  }),
});
