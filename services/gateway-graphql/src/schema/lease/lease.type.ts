import { builder, REMOTE } from '../../builder.ts';
import { isSource, leaseSource, type LeaseSource } from '../sources.ts';
import { LeaseChange, LeaseRotation, LeaseSuspension, RetiringKey } from './lease-change.type.ts';
import { LeaseEnd } from './lease-end.type.ts';
import { LeaseDelay, LeaseFailureType, LeaseStatus } from './lease-status.type.ts';
import { LeaseUsageType } from './lease-usage.type.ts';
import { BudgetType, LeaseRateLimits, RemainingBudget } from './limits.type.ts';

export const LeaseType = builder.objectRef<LeaseSource>('Lease');

builder.node(LeaseType, {
  description: 'A key at an issuer. The key itself is no field of anything: it is shown once, to whom it is for.',
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
    team: t.string({
      nullable: true,
      description: 'The team that it is for.',
      resolve: ({ view }) => view.team,
    }),
    purpose: t.string({
      nullable: true,
      description: 'What it is for, in the words of whoever asked.',
      resolve: ({ view }) => view.purpose,
    }),
    tags: t.stringList({ description: 'By which it is found.', resolve: ({ view }) => [...(view.tags ?? [])] }),
    modelIds: t.stringList({
      description: 'The models that the key opens.',
      resolve: ({ view }) => [...view.modelIds],
    }),
    budget: t.field({
      type: BudgetType,
      nullable: true,
      description: 'What may be spent with it; null: no limit.',
      resolve: ({ view }) => view.budget,
    }),
    remainingBudget: t.field({
      type: RemainingBudget,
      nullable: true,
      description: 'After a rotation within a budget period: what is left for the key; null: its whole budget.',
      resolve: ({ view }) => view.remainingBudget,
    }),
    softBudgetUsd: t.float({
      nullable: true,
      description: 'Spending in US dollars at which people are told; nothing is refused beyond it.',
      resolve: ({ view }) => view.softBudgetUsd,
    }),
    rateLimits: t.field({
      type: LeaseRateLimits,
      nullable: true,
      description: 'How fast it may be used; null: no limits.',
      resolve: ({ view }) => view.rateLimits,
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
    change: t.field({
      type: LeaseChange,
      nullable: true,
      description: 'What the issuer is being asked to change; null: nothing.',
      resolve: ({ view }) => view.change,
    }),
    suspension: t.field({
      type: LeaseSuspension,
      nullable: true,
      description: 'Why it does not work for the time being.',
      resolve: ({ view }) => view.suspension,
    }),
    rotation: t.field({
      type: LeaseRotation,
      nullable: true,
      description: 'The successor that is being made.',
      resolve: ({ view }) => view.rotation,
    }),
    retiring: t.field({
      type: [RetiringKey],
      description: 'Keys before the one that counts, which live on for a while.',
      resolve: ({ view }) => [...(view.retiring ?? [])],
    }),
    end: t.field({
      type: LeaseEnd,
      nullable: true,
      description: 'How it ends, when it was revoked or has expired.',
      resolve: ({ view }) => view.end,
    }),
    usage: t.field({
      type: LeaseUsageType,
      nullable: true,
      complexity: REMOTE,
      description: 'How its keys are used; null while nothing is known.',
      resolve: ({ view, reader }) => reader.usageOf(view.leaseId),
    }),
    delay: t.field({
      type: LeaseDelay,
      nullable: true,
      description: 'Why keys of it that must not live still do.',
      resolve: ({ view }) => view.delay,
    }),
  }),
});
