import {
  type BulkRevocationView,
  PreviewLeaseRevocation,
  type RevocationScope,
  RevokeLeases,
} from '@keyledger/contracts-vault';
import type { InputOf, ReplyOf } from '@keyledger/messaging';
import { builder, REMOTE } from '../../builder.ts';
import { InvalidInput, parseInput } from '../../errors/invalid-input.ts';
import { refusalClasses, resultOf } from '../../errors/refusals.ts';
import { DEFAULT_PAGE, listCost } from '../connection.ts';
import { given } from '../given.ts';
import { uuidOf } from '../global-id.ts';
import { leaseSource, type LeaseSource } from '../sources.ts';
import { idempotencyKeyDescription, reasonDescription } from './changed-lease.ts';
import { LeaseType } from './lease.type.ts';

const scopes = {
  owner: 'Of this owner.',
  team: 'For this team.',
  modelId: 'That open this model.',
  tag: 'With this tag.',
  issuer: 'Of this issuer.',
} satisfies Record<keyof RevocationScope, string>;

const RevocationScopeInput = builder.inputType('RevocationScopeInput', {
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

const PreviewType = builder.objectRef<Preview>('LeaseRevocationPreview').implement({
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

builder.queryField('previewLeaseRevocation', (t) =>
  t.field({
    type: PreviewType,
    nullable: true,
    complexity: listCost,
    description: 'Shows what revoking leases together would hit. For administrators.',
    args: {
      scope: t.arg({ type: RevocationScopeInput, required: true, description: 'Which leases.' }),
      first: t.arg.int({ defaultValue: DEFAULT_PAGE, description: 'How many of them to show at most.' }),
    },
    resolve: async (_root, { scope, first }, context) => {
      context.signedIn();
      const input = parseInput(PreviewLeaseRevocation.input, { scope: given(scope), first: first ?? DEFAULT_PAGE });
      const { total, digest, leases } = await context.reader.leaseRevocation(input);
      return { total, digest, leases: leases.map((view) => leaseSource(view, context.reader)) };
    },
  }),
);

const BulkRevocationType = builder.objectRef<BulkRevocationView>('BulkRevocation').implement({
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

builder.queryField('bulkRevocation', (t) =>
  t.field({
    type: BulkRevocationType,
    nullable: true,
    complexity: REMOTE,
    description: 'How far leases that are revoked together have come. For administrators and auditors.',
    args: { id: t.arg.id({ required: true, description: 'The `bulkId`.' }) },
    resolve: (_root, { id }, context) => {
      context.signedIn();
      return context.reader.bulkRevocation(uuidOf(id, 'BulkRevocation'));
    },
  }),
);

const RevokeLeasesInput = builder.inputType('RevokeLeasesInput', {
  description: 'Which leases to revoke together, and why.',
  fields: (t) => ({
    scope: t.field({ type: RevocationScopeInput, required: true, description: 'Which leases.' }),
    digest: t.string({ required: true, description: 'Of the preview: other leases than those are not revoked.' }),
    reason: t.string({ required: true, description: reasonDescription }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

interface StartedRevocation {
  readonly bulkRevocation: BulkRevocationView;
}

const RevokeLeasesSuccess = builder.objectRef<StartedRevocation>('RevokeLeasesSuccess').implement({
  description: 'The leases are being revoked, in the background.',
  fields: (t) => ({
    bulkRevocation: t.expose('bulkRevocation', { type: BulkRevocationType, description: 'How far it has come.' }),
  }),
});

builder.mutationField('revokeLeases', (t) =>
  t.field({
    type: RevokeLeasesSuccess,
    nullable: true,
    complexity: REMOTE,
    description:
      'Revokes the leases of a preview, all of them or, when they are others by now, none. For administrators.',
    args: { input: t.arg({ type: RevokeLeasesInput, required: true, description: 'Which leases, and why.' }) },
    errors: {
      types: [
        InvalidInput,
        refusalClasses['not-permitted'],
        refusalClasses['set-changed'],
        refusalClasses['set-empty'],
        refusalClasses['set-too-large'],
      ],
      union: { name: 'RevokeLeasesResult', description: 'How far it has come, or why nothing is revoked.' },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const command: InputOf<typeof RevokeLeases> = parseInput(RevokeLeases.input, given(input));
      return { bulkRevocation: resultOf(await context.services.vault.revokeLeases(command, asker)).result };
    },
  }),
);
