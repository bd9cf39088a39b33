import { LARGEST_BATCH, revealWishesSchema } from '@keyledger/contracts-vault';
import { type ObtainedSecret, obtainSecrets } from '../../application/secrets.ts';
import { builder, REMOTE } from '../../builder.ts';
import { InvalidInput, parseInput } from '../../errors/invalid-input.ts';
import { refusalClasses } from '../../errors/refusals.ts';
import { encodeGlobalId, uuidOf } from '../global-id.ts';
import { secretIdDescription } from './changed-secret.ts';
import { RevealPurpose } from './reveal-secret.mutation.ts';

const WantedSecretInput = builder.inputType('WantedSecretInput', {
  description: 'One of the secrets to reveal.',
  fields: (t) => ({
    secretId: t.id({ required: true, description: secretIdDescription }),
    version: t.int({ description: 'Number of the version; absent: the one that counts.' }),
    grantId: t.id({ description: 'As in `revealSecret`; absent: the request itself is the grant.' }),
  }),
});

const RevealSecretsInput = builder.inputType('RevealSecretsInput', {
  description: 'Which secrets to reveal, and why.',
  fields: (t) => ({
    secrets: t.field({
      type: [WantedSecretInput],
      required: true,
      description: `One to ${LARGEST_BATCH}, each named once.`,
    }),
    purpose: t.field({ type: RevealPurpose, required: true, description: 'Why, for all of them.' }),
    reason: t.string({ description: 'With `BREAK_GLASS`: ten characters or more. Recorded for good, with each.' }),
  }),
});

const RevealedSecret = builder.objectRef<ObtainedSecret>('RevealedSecret').implement({
  description: 'What became of one secret: its value, or why it is not shown. The answer must not be stored anywhere.',
  fields: (t) => ({
    id: t.id({
      description: 'Global id of the secret.',
      resolve: ({ secretId }) => encodeGlobalId('Secret', secretId),
    }),
    plaintext: t.string({
      nullable: true,
      description: 'The value. Absent when it was refused.',
      resolve: ({ plaintext }) => plaintext ?? null,
    }),
    mask: t.string({
      nullable: true,
      description: 'What lists show of it.',
      resolve: (item) => (item.outcome === 'refused' ? null : item.mask),
    }),
    version: t.int({
      nullable: true,
      description: 'Which version it is.',
      resolve: (item) => (item.outcome === 'refused' ? null : item.version),
    }),
    code: t.string({
      nullable: true,
      description:
        'Why it is not shown: a code of `revealSecret`, or `not-recorded` when the reveal could not be recorded; ask again then.',
      resolve: (item) => (item.outcome === 'refused' ? item.code : null),
    }),
    message: t.string({
      nullable: true,
      description: 'The same as a sentence.',
      resolve: (item) => (item.outcome === 'refused' ? item.message : null),
    }),
  }),
});

interface RevealedSecrets {
  readonly secrets: readonly ObtainedSecret[];
}

const RevealSecretsSuccess = builder.objectRef<RevealedSecrets>('RevealSecretsSuccess').implement({
  description: 'Secrets in plain, and what became of those that are not shown.',
  fields: (t) => ({
    secrets: t.expose('secrets', { type: [RevealedSecret], description: 'In the order in which they were named.' }),
  }),
});

builder.mutationField('revealSecrets', (t) =>
  t.field({
    type: RevealSecretsSuccess,
    nullable: true,
    complexity: REMOTE,
    description:
      'Shows many secrets once, under the rules of `revealSecret` for each by itself: one that is refused stops none of the others.',
    args: { input: t.arg({ type: RevealSecretsInput, required: true, description: 'Which secrets, and why.' }) },
    errors: {
      types: [InvalidInput, refusalClasses['batch-too-large']],
      union: { name: 'RevealSecretsResult', description: 'What became of each, or why none is shown.' },
    },
    resolve: async (_root, { input: { secrets, purpose, reason } }, context) => {
      const asker = context.asker(context.signedIn());
      const items = secrets.map(({ secretId, version, grantId }) => ({
        secretId: uuidOf(secretId, 'Secret'),
        ...(version === null || version === undefined ? {} : { version }),
        ...(grantId ? { grantId } : {}),
      }));
      const wish = parseInput(revealWishesSchema, { items, purpose, ...(reason ? { reason } : {}) });
      return { secrets: await obtainSecrets(context.services, context.openRecipient, asker, wish) };
    },
  }),
);
