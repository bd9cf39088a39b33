import type { ConnectionProvider } from '@keyledger/contracts-vault';
import { builder, REMOTE } from '../../builder.ts';

const ConnectionProviderType = builder.objectRef<ConnectionProvider>('ConnectionProvider').implement({
  description: 'A provider that keys can be tested with, as far as a form needs to know it.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'As `provider` of a connection.' }),
    title: t.exposeString('title', { description: 'As people write it.' }),
    isKeyRequired: t.exposeBoolean('isKeyRequired', { description: 'False: a connection may do without a key.' }),
    isBaseUrlRequired: t.exposeBoolean('isBaseUrlRequired', {
      description: 'True: each customer has an address of their own.',
    }),
    defaultBaseUrl: t.exposeString('defaultBaseUrl', {
      nullable: true,
      description: 'Where keys go when no address is named; null where one is required.',
    }),
    baseUrlPattern: t.exposeString('baseUrlPattern', {
      nullable: true,
      description: 'What addresses look like where one is required; `{…}` stands for what the customer knows.',
    }),
    allowsPrivateHosts: t.exposeBoolean('allowsPrivateHosts', {
      description: 'Whether the operator allows hosts that are private or without TLS; which ones, the operator knows.',
    }),
    offersChat: t.exposeBoolean('offersChat', {
      description: 'Whether a model may be named, with which a chat of five tokens is held.',
    }),
  }),
});

builder.queryField('connectionProviders', (t) =>
  t.field({
    type: [ConnectionProviderType],
    nullable: true,
    complexity: REMOTE,
    description: 'The providers that keys can be tested with, by title. For whoever is signed in.',
    resolve: async (_root, _args, context) => {
      const asker = context.asker(context.signedIn());
      return (await context.services.vault.listConnectionProviders({}, asker)).providers;
    },
  }),
);
