import { builder, REMOTE } from '../../builder.ts';
import { refusalClasses, resultOf } from '../../errors/refusals.ts';

interface RotatedSubmissionKey {
  readonly submissionKeyId: string;
}

const RotateSubmissionKeySuccess = builder.objectRef<RotatedSubmissionKey>('RotateSubmissionKeySuccess').implement({
  description: 'Values are handed in under another key now; the one before is accepted for ten more minutes.',
  fields: (t) => ({ submissionKeyId: t.exposeID('submissionKeyId', { description: 'Id of the key that counts.' }) }),
});

builder.mutationField('rotateSubmissionKey', (t) =>
  t.field({
    type: RotateSubmissionKeySuccess,
    nullable: true,
    complexity: REMOTE,
    description: 'Replaces the key to which the values of secrets are encrypted on their way in. For administrators.',
    errors: {
      types: [refusalClasses['not-permitted']],
      union: { name: 'RotateSubmissionKeyResult', description: 'The key that counts, or why it was not replaced.' },
    },
    resolve: async (_root, _args, context) => {
      const asker = context.asker(context.signedIn());
      return resultOf(await context.services.vault.rotateSubmissionKey({}, asker)).result;
    },
  }),
);
