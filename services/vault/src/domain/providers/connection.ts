import type { Provider } from './connection-test.ts';
import { providers } from './providers.ts';

/** Where a key belongs: it is sent to this address and to no other. */
export interface Connection {
  readonly provider: string;
  /** Without a slash at its end. */
  readonly baseUrl: string;
}

export interface WantedConnection {
  readonly provider: string;
  readonly baseUrl?: string | undefined;
}

export type ConnectionRefusal = 'provider-unknown' | 'address-missing';

type Found =
  | Readonly<{ outcome: 'found'; provider: Provider; connection: Connection }>
  | Readonly<{ outcome: 'refused'; code: ConnectionRefusal }>;

/** Each customer has an address of their own. */
export const needsAddress = ({ baseUrl }: Provider): boolean => baseUrl.includes('{');

/** The provider and the whole address; a provider whose customers have addresses of their own needs one. */
export const connectionOf = ({ provider: name, baseUrl }: WantedConnection): Found => {
  const provider = providers.find((each) => each.name === name);
  if (provider === undefined) return { outcome: 'refused', code: 'provider-unknown' };
  if (baseUrl === undefined && needsAddress(provider)) return { outcome: 'refused', code: 'address-missing' };
  const address = (baseUrl ?? provider.baseUrl).replace(/\/+$/, '');
  return { outcome: 'found', provider, connection: { provider: name, baseUrl: address } };
};
