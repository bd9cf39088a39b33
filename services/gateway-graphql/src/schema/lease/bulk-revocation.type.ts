import type { BulkRevocationView, PreviewLeaseRevocation, RevocationScope } from '@keyledger/contracts-vault';
import type { ReplyOf } from '@keyledger/messaging';
import { builder } from '../../builder.ts';
import type { LeaseSource } from '../sources.ts';
import { LeaseType } from './lease.type.ts';

const scopes = {
  owner: 'Of this owner.',
  team: 'For this team.',
  modelId: 'That open this model.',
  tag: 'With this tag.',
  issuer: 'Of this issuer.',
} satisfies Record<keyof RevocationScope, string>;

export const RevocationScopeInput = builder.inputType('RevocationScopeInput', {
  description: 'Which leases: those that hold or are getting a key, and of which everything given holds. At least one.',
  fields: (t) => ({
    owner: t.string({ description: scopes.owner }),
    team: t.string({ description: scopes.team }),
    modelId: t.string({ description: scopes.modelId }),
    tag: t.string({ description: scopes.tag }),
    issuer: t.string({ description: scopes.issuer }),
  }),
});

const RevocationScopeType = builder.objectRef<BulkRevocationView['scope']>('RevocationScope').implement({
  description: 'Which leases were revoked together.',
  fields: (t) => ({
    owner: t.exposeString('owner', { nullable: true, description: scopes.owner }),
    team: t.exposeString('team', { nullable: true, description: scopes.team }),
    modelId: t.exposeString('modelId', { nullable: true, description: scopes.modelId }),
    tag: t.exposeString('tag', { nullable: true, description: scopes.tag }),
    issuer: t.exposeString('issuer', { nullable: true, description: scopes.issuer }),
  }),
});

interface Preview extends Pick<ReplyOf<typeof PreviewLeaseRevocation>, 'total' | 'digest'> {
  readonly leases: readonly LeaseSource[];
}

export const PreviewType = builder.objectRef<Preview>('LeaseRevocationPreview').implement({
  description: 'What `revokeLeases` would hit.',
  fields: (t) => ({
    total: t.exposeInt('total', { description: 'How many leases.' }),
    digest: t.exposeString('digest', { description: 'Stands for exactly these leases; give it to `revokeLeases`.' }),
    leases: t.field({
      type: [LeaseType],
      description: 'The newest of them.',
      complexity: { field: 1, multiplier: 1 },
      resolve: ({ leases }) => [...leases],
    }),
  }),
});

export const BulkRevocationType = builder.objectRef<BulkRevocationView>('BulkRevocation').implement({
  description: 'Leases that are revoked together.',
  fields: (t) => ({
    bulkId: t.exposeID('bulkId', { description: 'Names it, in the audit log too.' }),
    scope: t.expose('scope', { type: RevocationScopeType, description: 'Which leases were meant.' }),
    reason: t.exposeString('reason', { description: 'Why.' }),
    startedBy: t.exposeString('startedBy', { description: 'By whom.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When.' }),
    total: t.exposeInt('total', { description: 'How many leases were hit.' }),
    revoked: t.exposeInt('revoked', {
      description: 'How many of them are revoked so far. Their keys are being ended at the issuers: see the leases.',
    }),
    completedAt: t.expose('completedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the last one was revoked; null before that.',
    }),
  }),
});
