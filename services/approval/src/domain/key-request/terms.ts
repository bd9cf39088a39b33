import type { Terms } from './key-request.events.ts';
import { canonicalEmail } from './key-request.state.ts';

const comparable = ({ email, modelId, justification, duration, budget, delivery }: Terms): string =>
  JSON.stringify([
    canonicalEmail(email),
    modelId,
    justification ?? null,
    duration ?? null,
    budget?.maxUsd ?? null,
    budget?.period ?? null,
    delivery.channel,
  ]);

/** Whether two submissions ask for the same thing, however the address is spelled. */
export const sameTerms = (left: Terms, right: Terms): boolean => comparable(left) === comparable(right);
