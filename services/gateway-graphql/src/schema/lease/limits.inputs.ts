import { builder } from '../../builder.ts';
import { BudgetInput } from '../key-request/request-key.mutation.ts';

const RateLimitsInput = builder.inputType('RateLimitsInput', {
  description: 'How fast a key may be used.',
  fields: (t) => ({
    requestsPerMinute: t.int({ description: 'Requests in a minute.' }),
    tokensPerMinute: t.int({ description: 'Tokens in a minute.' }),
    parallelRequests: t.int({ description: 'Requests at the same time.' }),
  }),
});

type InputFields = Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0];

/** `absent` says what leaving one out means. */
export const limitFields = (t: InputFields, absent: string) => ({
  budget: t.field({ type: BudgetInput, description: `What may be spent; absent: ${absent}.` }),
  softBudgetUsd: t.float({ description: `Spending in US dollars at which people are told; absent: ${absent}.` }),
  rateLimits: t.field({ type: RateLimitsInput, description: `How fast it may be used; absent: ${absent}.` }),
});
