import { wantedConnectionSchema } from '@keyledger/contracts-vault';
import { type Connection, connectionOf } from '../../domain/providers/connection.ts';

/**
 * Where another system used a key, if that can be said here: a provider that is known, and an address that could be one.
 * Nothing is lost where it cannot; the key is taken over and says nowhere to be tested at.
 */
export const statedConnection = (provider: unknown, baseUrl: unknown): { readonly connection?: Connection } => {
  const name = typeof provider === 'string' ? provider.trim().toLowerCase() : undefined;
  const address = typeof baseUrl === 'string' && baseUrl.trim() !== '' ? { baseUrl: baseUrl.trim() } : {};
  const { data: wanted } = wantedConnectionSchema.safeParse({ provider: name, ...address });
  const found = wanted === undefined ? undefined : connectionOf(wanted);
  return found?.outcome === 'found' ? { connection: found.connection } : {};
};
