import { builder, REMOTE } from '../../builder.ts';
import { MasterKeysType } from './master-key.type.ts';

builder.queryField('masterKeys', (t) =>
  t.field({
    type: MasterKeysType,
    nullable: true,
    complexity: REMOTE,
    description:
      'The master keys with the number of data keys that each still wraps, and the latest rotation. For administrators and auditors.',
    resolve: async (_root, _args, context) => {
      context.signedIn();
      return { ring: await context.reader.masterKeys(), reader: context.reader };
    },
  }),
);
