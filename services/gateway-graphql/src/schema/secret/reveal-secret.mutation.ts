import { type RevealSecret, revealWishSchema } from '@keyledger/contracts-vault';
import type { InputOf } from '@keyledger/messaging';
import { obtainSecret, type RevealedSecret } from '../../application/secrets.ts';
import { builder, REMOTE } from '../../builder.ts';
import { InvalidInput, parseInput } from '../../errors/invalid-input.ts';
import { refusalClasses } from '../../errors/refusals.ts';
import { enumValues } from '../enum-values.ts';
import { uuidOf } from '../global-id.ts';
import { secretIdDescription } from './changed-secret.ts';

export const RevealPurpose = builder.enumType('RevealPurpose', {
  description: 'Why a secret is revealed.',
  values: enumValues<InputOf<typeof RevealSecret>['purpose']>({
    checkout: 'Its owner needs it, or an application that it is granted to.',
    'break-glass': 'An administrator needs it, and says why.',
  }),
});

const RevealSecretInput = builder.inputType('RevealSecretInput', {
  description: 'Which secret to reveal, and why.',
  fields: (t) => ({
    secretId: t.id({ required: true, description: secretIdDescription }),
    version: t.int({ description: 'Number of the version; absent: the one that counts.' }),
    grantId: t.id({
      required: true,
      description: 'A new UUID, chosen by the client: good for one reveal, so that a repeated request reveals nothing.',
    }),
    purpose: t.field({ type: RevealPurpose, required: true, description: 'Why.' }),
    reason: t.string({ description: 'With `BREAK_GLASS`: ten characters or more. Recorded for good.' }),
  }),
});

const RevealSecretSuccess = builder.objectRef<RevealedSecret>('RevealSecretSuccess').implement({
  description: 'A secret in plain. The only type that shows one; the answer must not be stored anywhere.',
  fields: (t) => ({
    plaintext: t.exposeString('plaintext', { description: 'The value.' }),
    mask: t.exposeString('mask', { description: 'What lists show of it.' }),
    version: t.exposeInt('version', { description: 'Which version it is.' }),
  }),
});

builder.mutationField('revealSecret', (t) =>
  t.field({
    type: RevealSecretSuccess,
    nullable: true,
    complexity: REMOTE,
    description:
      'Shows a secret once. Recorded before it is shown, as are refused attempts. For its owner, for applications that it is granted to, and for administrators who say why.',
    args: { input: t.arg({ type: RevealSecretInput, required: true, description: 'Which secret, and why.' }) },
    errors: {
      types: [
        InvalidInput,
        refusalClasses['secret-not-found'],
        refusalClasses['secret-shredded'],
        refusalClasses['secret-unreadable'],
        refusalClasses['grant-used'],
        refusalClasses['not-permitted'],
        refusalClasses['reason-missing'],
      ],
      union: { name: 'RevealSecretResult', description: 'The value, or why it is not shown.' },
    },
    resolve: async (_root, { input: { version, grantId, purpose, reason, ...input } }, context) => {
      const asker = context.asker(context.signedIn());
      const secretId = uuidOf(input.secretId, 'Secret');
      const wish = parseInput(revealWishSchema, {
        secretId,
        grantId,
        purpose,
        ...(version === null || version === undefined ? {} : { version }),
        ...(reason ? { reason } : {}),
      });
      return obtainSecret(context.services, context.openRecipient, asker, wish);
    },
  }),
);
