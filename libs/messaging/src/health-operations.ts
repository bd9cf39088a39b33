import { z } from 'zod';
import { defineQuery } from './operation.ts';
import type { ServiceName } from './subjects.ts';

/** How one part that a service depends on is doing. A reason holds no secret, and no address with a password. */
const partHealthSchema = z.object({
  /** `degraded`: works with less than it should. `down`: requests fail. */
  status: z.enum(['up', 'degraded', 'down']),
  reason: z.string().optional(),
});

/** What every service that answers requests tells about itself. */
export const healthOperations = (service: ServiceName) => ({
  /** How the replica that answers is doing, by asking what it depends on: in two seconds. For services, administrators. */
  GetHealth: defineQuery(
    service,
    'GetHealth',
    z.strictObject({}),
    z.object({ isReady: z.boolean(), parts: z.record(z.string(), partHealthSchema) }),
  ),
});
