import { defineQuery } from '@keyledger/messaging';
import { z } from 'zod';

/** Answers at once, with what PostgreSQL says. */
export const CountModels = defineQuery(
  'registry',
  'CountModels',
  z.strictObject({}),
  z.strictObject({ count: z.int() }),
);

/** Answers only when the service has begun to stop. */
export const HoldUntilStop = defineQuery(
  'registry',
  'HoldUntilStop',
  z.strictObject({}),
  z.strictObject({ answered: z.string() }),
);
