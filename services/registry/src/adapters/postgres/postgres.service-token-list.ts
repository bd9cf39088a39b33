import type { ServiceTokenView } from '@keyledger/contracts-registry';
import { translated } from '@keyledger/event-store-postgres';
import type { ClientBase, Pool } from 'pg';
import type { ServiceTokenList, ServiceTokenRows } from '../../application/ports/service-token-list.port.ts';

interface Row {
  readonly token: ServiceTokenView;
}

/** Writes in the transaction of the projection. */
export const postgresServiceTokenRows: ServiceTokenRows<ClientBase> = {
  find: async (serviceTokenId, tx) => {
    const text = 'select token from service_tokens where service_token_id = $1';
    const { rows } = await tx.query<Row>({ name: 'find-service-token', text, values: [serviceTokenId] });
    return rows[0]?.token;
  },
  put: async (token, tx) => {
    await tx.query({
      name: 'put-service-token',
      text: `insert into service_tokens (service_token_id, token) values ($1, $2)
        on conflict (service_token_id) do update set token = excluded.token`,
      values: [token.serviceTokenId, JSON.stringify(token)],
    });
  },
  clear: async (tx) => {
    await tx.query('delete from service_tokens');
  },
};

export const postgresServiceTokenList = (pool: Pool): ServiceTokenList => ({
  page: async (first, after) => {
    const { rows } = await translated(
      pool.query<Row>({
        name: 'page-of-service-tokens',
        text: `select token from service_tokens where $2::uuid is null or service_token_id < $2::uuid
          order by service_token_id desc limit $1`,
        values: [first, after ?? null],
      }),
    );
    return rows.map(({ token }) => token);
  },
});
