import type { SecretView } from '@keyledger/contracts-vault';
import { builder } from '../../builder.ts';

type Connection = NonNullable<SecretView['connection']>;

export const ConnectionType = builder.objectRef<Connection>('Connection').implement({
  description: 'Where a value belongs: it is sent to this address and to no other.',
  fields: (t) => ({
    provider: t.exposeString('provider', { description: 'Name of the provider, such as `openai`.' }),
    baseUrl: t.exposeString('baseUrl', { description: 'Address of its API.' }),
  }),
});

export const ConnectionInput = builder.inputType('ConnectionInput', {
  description: 'Where a value belongs.',
  fields: (t) => ({
    provider: t.string({ required: true, description: 'Name of the provider, such as `openai`.' }),
    baseUrl: t.string({
      description: 'Address of the API; absent: that of the provider, where all customers share one.',
    }),
  }),
});

interface GivenConnection {
  readonly provider: string;
  readonly baseUrl?: string | null | undefined;
}

/** The input of a command, with what is null left out. */
export const givenConnection = (connection: GivenConnection | null | undefined) => {
  if (connection === null || connection === undefined) return {};
  const { provider, baseUrl } = connection;
  return { connection: { provider, ...(baseUrl ? { baseUrl } : {}) } };
};
