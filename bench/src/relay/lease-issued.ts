import { defineIntegrationEvent, type EventPublication } from '@keyledger/messaging';
import { z } from 'zod';

/** The sample event under the name that delivery's permissions know, checked field by field as a real contract does. */
export const LeaseIssued = defineIntegrationEvent(
  'vault',
  'lease',
  'LeaseIssued',
  1,
  z.object({
    leaseId: z.uuid(),
    requestId: z.uuid(),
    model: z.string(),
    holder: z.string(),
    mask: z.string(),
    fingerprint: z.string(),
    generation: z.int().min(1),
    budget: z.object({ amount: z.number(), currency: z.string() }),
    expiresAt: z.iso.datetime(),
  }),
);

export const publication: EventPublication = ({ data }) => ({ definition: LeaseIssued, data });
