import { ListSecrets } from '@keyledger/contracts-vault';
import { builder } from '../../builder.ts';
import { parseInput } from '../../errors/invalid-input.ts';
import { connectionFrom, listCost } from '../connection.ts';
import { pageArgs } from '../page-args.ts';
import { secretSource } from '../sources.ts';
import { SecretType } from './secret.type.ts';

const SecretConnection = builder.connectionObject(
  { type: SecretType, name: 'SecretConnection', description: 'A page of secrets, newest first.' },
  { name: 'SecretEdge', description: 'A secret and its place in the list.' },
);

const SecretFilter = builder.inputType('SecretFilter', {
  description: 'Which secrets. What is given must all hold.',
  fields: (t) => ({
    owner: t.string({ description: 'Of this owner.' }),
    fingerprint: t.string({ description: 'Those that have this value now.' }),
    needsReentry: t.boolean({ description: 'True: only those that have to be entered anew.' }),
  }),
});

builder.queryField('secrets', (t) =>
  t.field({
    type: SecretConnection,
    nullable: true,
    complexity: listCost,
    description: 'Secrets, newest first: all for administrators and auditors, otherwise the own ones.',
    args: {
      filter: t.arg({ type: SecretFilter, description: 'Which secrets; absent: all that may be seen.' }),
      ...pageArgs(t.arg),
    },
    resolve: (_root, { filter, ...args }, context) => {
      context.signedIn();
      const wanted = {
        ...(filter?.owner ? { owner: filter.owner } : {}),
        ...(filter?.fingerprint ? { fingerprint: filter.fingerprint } : {}),
        ...(filter?.needsReentry ? { needsReentry: true } : {}),
      };
      return connectionFrom(
        args,
        (page) => context.reader.secrets(parseInput(ListSecrets.input, { ...page, ...wanted })),
        (view) => secretSource(view, context.reader),
      );
    },
  }),
);
