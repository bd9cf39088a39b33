import { translated } from '@keyledger/event-store-postgres';
import type { ClientBase, Pool } from 'pg';
import type { ProviderList, ProviderRows } from '../../application/ports/provider-list.port.ts';

/** Writes in the transaction of the projection. */
export const postgresProviderRows: ProviderRows<ClientBase> = {
  put: async ({ providerId, title }, tx) => {
    await tx.query({
      name: 'put-provider',
      text: `insert into providers (provider_id, title) values ($1, $2)
        on conflict (provider_id) do update set title = excluded.title`,
      values: [providerId, title],
    });
  },
  clear: async (tx) => {
    await tx.query('delete from providers');
  },
};

export const postgresProviderList = (pool: Pool): ProviderList => ({
  all: async () => {
    const { rows } = await translated(
      pool.query<{ provider_id: string; title: string }>({
        name: 'all-providers',
        text: 'select provider_id, title from providers order by provider_id',
      }),
    );
    return rows.map(({ provider_id: providerId, title }) => ({ providerId, title }));
  },
});
