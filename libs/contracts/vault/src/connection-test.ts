import { defineCommand } from '@keyledger/messaging';
import { z } from 'zod';
import { connectionTestSchema, testedModelSchema, wantedConnectionSchema } from './connection.ts';
import { secretViewSchema, submissionRefusals, submissionSchema } from './secret.ts';

/**
 * Shows a value that nobody keeps to its provider, and tells what the provider says. The value is opened for the length of
 * the test only. With `model` a chat of five tokens follows. What the provider says is a result and no refusal.
 */
export const TestKey = defineCommand(
  'vault',
  'TestKey',
  wantedConnectionSchema.extend({
    model: testedModelSchema.optional(),
    /** Absent: the connection does without a key, as Ollama does. */
    submission: submissionSchema.optional(),
  }),
  connectionTestSchema,
  ['not-permitted', 'provider-unknown', 'address-missing', ...submissionRefusals],
);

/**
 * Shows the value of a secret to its provider, at the address that was named when the value was handed in and at no other.
 * For whoever may manage the secret. That it is opened is recorded before; what the provider says when that is news.
 */
export const TestSecret = defineCommand(
  'vault',
  'TestSecret',
  z.strictObject({
    secretId: z.uuid(),
    /** Default: the version that counts. */
    version: z.int().min(1).optional(),
    model: testedModelSchema.optional(),
  }),
  z.object({ view: secretViewSchema, test: connectionTestSchema }),
  [
    'secret-not-found',
    'secret-is-issued',
    'secret-shredded',
    'secret-unreadable',
    'version-not-found',
    'connection-unknown',
  ],
);
