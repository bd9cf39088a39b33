import type { KeyRequestStatus, KeyRequestTerms } from '@keyledger/contracts-approval';
import { builder } from '../../builder.ts';
import { enumValues } from '../enum-values.ts';

export const KeyRequestStatusType = builder.enumType('KeyRequestStatus', {
  description: 'How far a request has come.',
  values: enumValues<KeyRequestStatus>({
    submitted: 'Being evaluated, or waiting for a rule that could not answer.',
    'in-review': 'Waiting for a person.',
    approved: 'The key is being issued and delivered.',
    denied: 'No key is issued.',
    expired: 'Nobody decided in time.',
    fulfilled: 'The key was issued and delivered.',
    failed: 'Approved, but issuing or delivery gave up. Can be taken up again; never a denial.',
  }),
});

export const DeliveryChannel = builder.enumType('DeliveryChannel', {
  description: 'How a key reaches its requester.',
  values: enumValues<KeyRequestTerms['delivery']['channel']>({
    emailLink: 'A mail with a one-time link; never the key itself.',
  }),
});
