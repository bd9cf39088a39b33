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

/** Is accepted and never answered. */
export const HoldForEver = defineQuery('registry', 'HoldForEver', z.strictObject({}), z.strictObject({}));

/** Fails outside of every promise, with something that looks like a key in its message. */
export const Crash = defineQuery('registry', 'Crash', z.strictObject({}), z.strictObject({}));
