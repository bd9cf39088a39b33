import type { EventStore } from '@keyledger/event-sourcing';
import { secret } from '../../domain/secret/secret.decider.ts';
import { submissionKeys } from '../../domain/submission-key/submission-key.decider.ts';

/** Whether the log holds nothing that the vault ever sealed. */
export const hasSealedNothing = async (eventStore: EventStore): Promise<boolean> => {
  const categories = [secret.category, submissionKeys.category];
  for await (const _ of eventStore.readAll({ filter: { categories } })) return false;
  return true;
};
