import { defineIntegrationEvent } from '@keyledger/messaging';
import { z } from 'zod';

/** `requestId` is absent for a lease that an administrator issued; `generation` is that of its current key. */
const subject = z.object({
  leaseId: z.uuid(),
  requestId: z.uuid().optional(),
  generation: z.int().min(1),
  owner: z.string(),
});

const time = z.iso.datetime();

const define = <const Type extends string, Data>(type: Type, schema: z.ZodType<Data>) =>
  defineIntegrationEvent('vault', 'lease', type, 1, schema);

/** The lease lasts until another time. */
export const LeaseRenewed = define('LeaseRenewed', subject.extend({ expiresAt: time }));

/** What the key may is different from now on; absent fields are as they were. */
export const LeaseLimitsChanged = define(
  'LeaseLimitsChanged',
  subject.extend({
    modelIds: z.array(z.string()).min(1).optional(),
    budget: z.object({ maxUsd: z.number().positive(), period: z.string().optional() }).optional(),
    softBudgetUsd: z.number().positive().optional(),
    rateLimits: z
      .object({
        requestsPerMinute: z.int().positive().optional(),
        tokensPerMinute: z.int().positive().optional(),
        parallelRequests: z.int().positive().optional(),
      })
      .optional(),
  }),
);

/** The issuer does not accept the key for the time being. */
export const LeaseSuspended = define('LeaseSuspended', subject.extend({ reason: z.string() }));

export const LeaseResumed = define('LeaseResumed', subject);

/** A successor exists at the issuer and lies sealed in the vault; the key before lives on until `retiring.endsAt`. */
export const LeaseRotated = define(
  'LeaseRotated',
  subject.extend({
    issuer: z.string(),
    modelIds: z.array(z.string()).min(1),
    mask: z.string(),
    expiresAt: time.optional(),
    delivery: z.object({ channel: z.string() }),
    /** Address at which the key is used. */
    gatewayUrl: z.string(),
    retiring: z.object({ generation: z.int().min(1), endsAt: time }),
  }),
);

/** The key of this generation ended, after its successor was delivered and its time was over. */
export const LeaseKeyRetired = define('LeaseKeyRetired', subject);

/** No key of the lease lives any more. */
export const LeaseRevoked = define('LeaseRevoked', subject.extend({ reason: z.string(), bulkId: z.uuid().optional() }));

/** Its time is over; no key of the lease lives any more. */
export const LeaseExpired = define('LeaseExpired', subject.extend({ expiresAt: time }));
