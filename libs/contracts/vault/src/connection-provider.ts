import { defineQuery } from '@keyledger/messaging';
import { z } from 'zod';

/** What a form needs to know of a provider that keys can be tested with. */
const connectionProviderSchema = z.object({
  /** As `provider` of a connection. */
  name: z.string(),
  /** As people write it. */
  title: z.string(),
  /** False: a connection may do without a key. */
  isKeyRequired: z.boolean(),
  /** True: each customer has an address of their own. */
  isBaseUrlRequired: z.boolean(),
  /** Where keys go when no address is named; absent where one is required. */
  defaultBaseUrl: z.string().optional(),
  /** What addresses look like where one is required; `{…}` stands for what the customer knows. */
  baseUrlPattern: z.string().optional(),
  /** Whether the operator allows hosts that are private or without TLS: which ones, the operator knows. */
  allowsPrivateHosts: z.boolean(),
  /** Whether a model may be named, with which a chat of five tokens is held. */
  offersChat: z.boolean(),
});

export type ConnectionProvider = z.infer<typeof connectionProviderSchema>;

/** Every provider, by title. For whoever may test a key. */
export const ListConnectionProviders = defineQuery(
  'vault',
  'ListConnectionProviders',
  z.strictObject({}),
  z.object({ providers: z.array(connectionProviderSchema) }),
);
