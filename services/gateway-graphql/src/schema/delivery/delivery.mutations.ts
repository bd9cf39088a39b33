import { builder, REMOTE } from '../../builder.ts';
import { InvalidInput } from '../../errors/invalid-input.ts';
import { refusalClasses, resultOf } from '../../errors/refusals.ts';
import { uuidOf } from '../global-id.ts';
import { deliverySource, type DeliverySource } from '../sources.ts';
import { DeliveryType } from './delivery.type.ts';

const ResendLinkInput = builder.inputType('ResendLinkInput', {
  description: 'Which delivery to repeat.',
  fields: (t) => ({
    deliveryId: t.id({ required: true, description: 'Global id or UUID of the delivery.' }),
  }),
});

const ResendLinkSuccess = builder.objectRef<{ readonly delivery: DeliverySource }>('ResendLinkSuccess').implement({
  description: 'A new link is on its way; the earlier one stopped working.',
  fields: (t) => ({
    delivery: t.expose('delivery', { type: DeliveryType, description: 'The delivery as it is now.' }),
  }),
});

builder.mutationField('resendLink', (t) =>
  t.field({
    type: ResendLinkSuccess,
    nullable: true,
    complexity: REMOTE,
    description: 'Sends a new link in place of an unopened, lost or expired one. For administrators.',
    args: { input: t.arg({ type: ResendLinkInput, required: true, description: 'Which delivery to repeat.' }) },
    errors: {
      types: [
        InvalidInput,
        refusalClasses['delivery-not-found'],
        refusalClasses['delivery-in-progress'],
        refusalClasses['delivery-superseded'],
        refusalClasses['not-an-administrator'],
      ],
      union: { name: 'ResendLinkResult', description: 'A new link, or why there is none.' },
    },
    resolve: async (_root, { input }, context) => {
      const asker = context.asker(context.signedIn());
      const deliveryId = uuidOf(input.deliveryId, 'Delivery');
      const { result } = resultOf(await context.services.delivery.resendLink({ deliveryId }, asker));
      return { delivery: deliverySource(result, context.reader) };
    },
  }),
);
