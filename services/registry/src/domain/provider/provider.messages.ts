import { defineEvent, eventCodec, type EventOf, type Message } from '@keyledger/event-sourcing';
import { z } from 'zod';

const description = z.object({ providerId: z.string().min(1), title: z.string().min(1) });

const definitions = {
  ProviderRegistered: defineEvent(description),
  ProviderChanged: defineEvent(description),
};

export const providerCodec = eventCodec(definitions);

export type ProviderEvent = EventOf<typeof definitions>;
export type ProviderDescription = Readonly<z.infer<typeof description>>;

/** Says what the provider is; registers one that is new. */
export type DescribeProvider = Message<'DescribeProvider', ProviderDescription>;
