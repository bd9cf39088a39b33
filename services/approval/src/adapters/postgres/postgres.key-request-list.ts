import { translated } from '@keyledger/event-store-postgres';
import type pg from 'pg';
import type {
  KeyRequestCursor,
  KeyRequestFilter,
  KeyRequestList,
  KeyRequestTable,
} from '../../application/ports/key-request-list.port.ts';
import { canonicalEmail, type SubmittedKeyRequest } from '../../domain/key-request/key-request.state.ts';

interface Row {
  readonly request: SubmittedKeyRequest;
}

export const postgresKeyRequestTable: KeyRequestTable<pg.ClientBase> = {
  find: async (requestId, tx) => {
    const { rows } = await tx.query<Row>({
      name: 'key_requests_find',
      text: 'select request from key_requests where request_id = $1',
      values: [requestId],
    });
    return rows[0]?.request;
  },
  put: async (request, tx) => {
    const { requestId, submittedAt, status, terms } = request;
    await tx.query({
      name: 'key_requests_put',
      text: `insert into key_requests (request_id, submitted_at, status, email, model_id, request)
             values ($1, $2, $3, $4, $5, $6)
             on conflict (request_id) do update set status = excluded.status, request = excluded.request`,
      values: [requestId, submittedAt, status, canonicalEmail(terms.email), terms.modelId, JSON.stringify(request)],
    });
  },
  clear: async (tx) => {
    // Not truncate: readers keep seeing the old rows until the rebuilt ones are committed.
    await tx.query('delete from key_requests');
  },
};

const conditions = (filter: KeyRequestFilter, after: KeyRequestCursor | undefined) => {
  const values: unknown[] = [];
  const value = (given: unknown) => `$${values.push(given)}`;
  const where = [
    ...(filter.statuses === undefined ? [] : [`status = any(${value(filter.statuses)}::text[])`]),
    ...(filter.email === undefined ? [] : [`email = ${value(filter.email)}`]),
    ...(filter.modelId === undefined ? [] : [`model_id = ${value(filter.modelId)}`]),
    ...(after === undefined
      ? []
      : [`(submitted_at, request_id) < (${value(after.submittedAt)}::timestamptz, ${value(after.requestId)}::uuid)`]),
  ];
  return { where: where.length === 0 ? '' : `where ${where.join(' and ')}`, values };
};

export const postgresKeyRequestList = (pool: pg.Pool): KeyRequestList => ({
  page: async (filter, limit, after) => {
    const { where, values } = conditions(filter, after);
    const { rows } = await translated(
      pool.query<Row>(
        `select request from key_requests ${where}
         order by submitted_at desc, request_id desc limit $${values.length + 1}`,
        [...values, limit],
      ),
    );
    return rows.map(({ request }) => request);
  },
});
