import { defineIntegrationEvent } from '@keyledger/messaging';
import { z } from 'zod';

/** `requestId` is absent for a lease that an administrator issued. */
const subject = z.object({ leaseId: z.uuid(), requestId: z.uuid().optional(), generation: z.int().min(1) });

const define = <const Type extends string, Data>(type: Type, schema: z.ZodType<Data>) =>
  defineIntegrationEvent('vault', 'lease', type, 1, schema);

export const LeaseStarted = define('LeaseStarted', subject);

/** The key exists at the issuer and lies sealed in the vault. */
export const LeaseIssued = define(
  'LeaseIssued',
  subject.extend({
    issuer: z.string(),
    owner: z.string(),
    modelIds: z.array(z.string()).min(1),
    mask: z.string(),
    expiresAt: z.iso.datetime().optional(),
    delivery: z.object({ channel: z.string() }),
    /** Address at which the key is used. */
    gatewayUrl: z.string(),
  }),
);

/** The issuer refused, or did not answer for as long as the vault keeps trying. */
export const LeaseIssueFailed = define('LeaseIssueFailed', subject.extend({ cause: z.string(), message: z.string() }));

/** The key left the vault, sealed to a recipient. */
export const LeaseRevealed = define('LeaseRevealed', subject.extend({ purpose: z.string(), grantId: z.uuid() }));
