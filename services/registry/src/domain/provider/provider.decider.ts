import { accept, type Decider, type Decision, deriveId, ignore, type StreamCategory } from '@keyledger/event-sourcing';
import {
  type DescribeProvider,
  providerCodec,
  type ProviderDescription,
  type ProviderEvent,
} from './provider.messages.ts';

export type Provider = { readonly status: 'absent' } | ({ readonly status: 'registered' } & ProviderDescription);

const decide = ({ data }: DescribeProvider, state: Provider): Decision<ProviderEvent, never> => {
  if (state.status === 'absent') return accept({ type: 'ProviderRegistered', data });
  return state.title === data.title ? ignore('already so') : accept({ type: 'ProviderChanged', data });
};

export const providerDecider: Decider<Provider, DescribeProvider, ProviderEvent, never> = {
  initialState: { status: 'absent' },
  evolve: (_state, { data }) => ({ status: 'registered', ...data }),
  decide,
};

export const provider: StreamCategory<Provider, DescribeProvider, ProviderEvent, never> = {
  category: 'provider',
  decider: providerDecider,
  codec: providerCodec,
};

export const providerStreamId = (providerId: string): string => deriveId('provider', providerId);
