import { defineIntegrationEvent } from '@keyledger/messaging';
import { z } from 'zod';
import { masterKeyStatuses } from './master-key.ts';

const define = <const Type extends string, Data>(type: Type, schema: z.ZodType<Data>) =>
  defineIntegrationEvent('vault', 'masterKey', type, 1, schema);

const rotation = z.object({
  rotationId: z.uuid(),
  /** The key that wraps everything at the end. */
  masterKeyId: z.uuid(),
});
const count = z.int().min(0);

export const MasterKeyStatusChanged = define(
  'MasterKeyStatusChanged',
  z.object({ masterKeyId: z.uuid(), status: z.enum(masterKeyStatuses) }),
);

/** A new master key writes; what the others wrap is wrapped anew from now on. */
export const MasterKeyRotationStarted = define(
  'MasterKeyRotationStarted',
  rotation.extend({
    /** `requested`, or `uses` when the former key had wrapped nearly as much as a key may. */
    reason: z.string(),
  }),
);

/** Told in steps. */
export const MasterKeyRotationProgressed = define(
  'MasterKeyRotationProgressed',
  rotation.extend({ rewrapped: count, remaining: count }),
);

/** Every data key is wrapped by the new master key, but for those that no master key opens. */
export const MasterKeyRotationCompleted = define(
  'MasterKeyRotationCompleted',
  rotation.extend({ rewrapped: count, unreadable: count }),
);
