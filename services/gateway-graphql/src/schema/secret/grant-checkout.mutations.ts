import { GrantCheckout, RevokeCheckoutGrant } from '@keyledger/contracts-vault';
import { builder, REMOTE } from '../../builder.ts';
import { parseInput } from '../../errors/invalid-input.ts';
import { refusalClasses } from '../../errors/refusals.ts';
import { uuidOf } from '../global-id.ts';
import { changedSecret, changedSecretType, custodyErrors, secretIdDescription } from './changed-secret.ts';

const serviceTokenIdDescription = 'Id of the service token of the application.';

const GrantCheckoutInput = builder.inputType('GrantCheckoutInput', {
  description: 'Which application may check out which secret.',
  fields: (t) => ({
    secretId: t.id({ required: true, description: secretIdDescription }),
    serviceTokenId: t.id({ required: true, description: serviceTokenIdDescription }),
  }),
});

builder.mutationField('grantCheckout', (t) =>
  t.field({
    type: changedSecretType('GrantCheckoutSuccess', 'The application may check the secret out, until that is revoked.'),
    nullable: true,
    complexity: REMOTE,
    description:
      'Allows an application to have a secret revealed with the purpose `CHECKOUT`. For its owner and administrators.',
    args: { input: t.arg({ type: GrantCheckoutInput, required: true, description: 'Which application and secret.' }) },
    errors: {
      types: [...custodyErrors, refusalClasses['secret-shredded']],
      union: { name: 'GrantCheckoutResult', description: 'The secret as it is now, or why nothing was granted.' },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const command = parseInput(GrantCheckout.input, {
        secretId: uuidOf(input.secretId, 'Secret'),
        serviceTokenId: uuidOf(input.serviceTokenId, 'ServiceToken'),
      });
      return changedSecret(await context.services.vault.grantCheckout(command, asker), context);
    },
  }),
);

const RevokeCheckoutGrantInput = builder.inputType('RevokeCheckoutGrantInput', {
  description: 'Which application may not check out which secret any more.',
  fields: (t) => ({
    secretId: t.id({ required: true, description: secretIdDescription }),
    serviceTokenId: t.id({ required: true, description: serviceTokenIdDescription }),
  }),
});

builder.mutationField('revokeCheckoutGrant', (t) =>
  t.field({
    type: changedSecretType('RevokeCheckoutGrantSuccess', 'The application may not check the secret out any more.'),
    nullable: true,
    complexity: REMOTE,
    description:
      'Takes back what `grantCheckout` allowed, at once. What the application has seen it knows: replace the value as well.',
    args: {
      input: t.arg({ type: RevokeCheckoutGrantInput, required: true, description: 'Which application and secret.' }),
    },
    errors: {
      types: custodyErrors,
      union: { name: 'RevokeCheckoutGrantResult', description: 'The secret as it is now, or why nothing was changed.' },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const command = parseInput(RevokeCheckoutGrant.input, {
        secretId: uuidOf(input.secretId, 'Secret'),
        serviceTokenId: uuidOf(input.serviceTokenId, 'ServiceToken'),
      });
      return changedSecret(await context.services.vault.revokeCheckoutGrant(command, asker), context);
    },
  }),
);
