import { RevokeServiceToken, type ServiceTokenView } from '@keyledger/contracts-registry';
import { issueServiceToken, type ShownServiceToken } from '../../application/service-tokens.ts';
import { builder, REMOTE } from '../../builder.ts';
import { InvalidInput, parseInput } from '../../errors/invalid-input.ts';
import { refusalClasses, resultOf } from '../../errors/refusals.ts';
import { given } from '../given.ts';
import { uuidOf } from '../global-id.ts';
import { ServiceTokenType } from './service-token.type.ts';

const IssueServiceTokenInput = builder.inputType('IssueServiceTokenInput', {
  description: 'Which application to let in.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What people call it, on one line.' }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When the token shall open nothing any more; absent: as late as the configuration allows.',
    }),
  }),
});

const IssueServiceTokenSuccess = builder.objectRef<ShownServiceToken>('IssueServiceTokenSuccess').implement({
  description: 'A token that was just issued. It is shown here and never again.',
  fields: (t) => ({
    token: t.exposeString('token', { description: 'For the header `Authorization: Bearer …`. Kept nowhere.' }),
    serviceToken: t.expose('serviceToken', { type: ServiceTokenType, description: 'What is known of it.' }),
  }),
});

builder.mutationField('issueServiceToken', (t) =>
  t.field({
    type: IssueServiceTokenSuccess,
    nullable: true,
    complexity: REMOTE,
    description:
      'Lets an application sign in. By itself that allows it nothing: see `grantCheckout`. For administrators.',
    args: { input: t.arg({ type: IssueServiceTokenInput, required: true, description: 'Which application.' }) },
    errors: {
      types: [
        InvalidInput,
        refusalClasses['not-an-administrator'],
        refusalClasses['expiry-in-the-past'],
        refusalClasses['exceeds-limits'],
      ],
      union: { name: 'IssueServiceTokenResult', description: 'The token, or why it was not issued.' },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      return issueServiceToken(context.services, asker, given(input));
    },
  }),
);

const RevokeServiceTokenInput = builder.inputType('RevokeServiceTokenInput', {
  description: 'Which application to keep out.',
  fields: (t) => ({ serviceTokenId: t.id({ required: true, description: 'The id of its token.' }) }),
});

interface RevokedServiceToken {
  readonly serviceToken: ServiceTokenView;
}

const RevokeServiceTokenSuccess = builder.objectRef<RevokedServiceToken>('RevokeServiceTokenSuccess').implement({
  description: 'The token opens nothing any more, from now on and everywhere.',
  fields: (t) => ({
    serviceToken: t.expose('serviceToken', { type: ServiceTokenType, description: 'What is known of it.' }),
  }),
});

builder.mutationField('revokeServiceToken', (t) =>
  t.field({
    type: RevokeServiceTokenSuccess,
    nullable: true,
    complexity: REMOTE,
    description: 'Keeps an application out, at once. For administrators.',
    args: { input: t.arg({ type: RevokeServiceTokenInput, required: true, description: 'Which token.' }) },
    errors: {
      types: [InvalidInput, refusalClasses['not-an-administrator'], refusalClasses['service-token-not-found']],
      union: { name: 'RevokeServiceTokenResult', description: 'The token as it is now, or why it was not revoked.' },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const command = parseInput(RevokeServiceToken.input, {
        serviceTokenId: uuidOf(input.serviceTokenId, 'ServiceToken'),
      });
      const { result } = resultOf(await context.services.registry.revokeServiceToken(command, asker));
      return { serviceToken: result };
    },
  }),
);
