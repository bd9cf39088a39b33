import { translated } from '@keyledger/event-store-postgres';
import type pg from 'pg';
import type { DueItem, DueWork, DueWorkTable } from '../../application/ports/due-work.port.ts';

interface Row {
  readonly request_id: string;
  readonly kind: DueItem['kind'];
  readonly due_at: Date;
  readonly attempt: number;
  readonly caused_by: string;
  readonly traceparent: string | null;
}

const itemOf = ({ request_id, kind, due_at, attempt, caused_by, traceparent }: Row): DueItem => ({
  requestId: request_id,
  kind,
  dueAt: due_at.toISOString(),
  attempt,
  causedBy: caused_by,
  ...(traceparent === null ? {} : { traceparent }),
});

export const postgresDueWorkTable: DueWorkTable<pg.ClientBase> = {
  put: async ({ requestId, kind, dueAt, attempt, causedBy, traceparent }, tx) => {
    await tx.query({
      name: 'due_work_put',
      text: `insert into due_work (request_id, kind, due_at, attempt, caused_by, traceparent)
             values ($1, $2, $3, $4, $5, $6)
             on conflict (request_id) do update
             set kind = excluded.kind, due_at = excluded.due_at, attempt = excluded.attempt,
                 caused_by = excluded.caused_by, traceparent = excluded.traceparent, claimed_until = null`,
      values: [requestId, kind, dueAt, attempt, causedBy, traceparent ?? null],
    });
  },
  remove: async (requestId, tx) => {
    await tx.query({
      name: 'due_work_remove',
      text: 'delete from due_work where request_id = $1',
      values: [requestId],
    });
  },
  clear: async (tx) => {
    await tx.query('delete from due_work');
  },
};

/**
 * A claim is a time in the row, not a lock that is held while a webhook is asked. `skip locked` keeps two replicas that
 * claim at the same moment from waiting for each other and from getting the same rows.
 */
export const postgresDueWork = (pool: pg.Pool): DueWork => ({
  claim: async (now, limit, claimMs) => {
    const { rows } = await translated(
      pool.query<Row>({
        name: 'due_work_claim',
        text: `with due as (
                 select request_id from due_work
                 where greatest(due_at, claimed_until) <= $1::timestamptz
                 order by greatest(due_at, claimed_until), request_id
                 limit $2
                 for update skip locked
               )
               update due_work set claimed_until = $3
               from due where due_work.request_id = due.request_id
               returning due_work.*`,
        values: [now, limit, new Date(now.getTime() + claimMs)],
      }),
    );
    return rows.map(itemOf).sort((left, right) => (left.dueAt < right.dueAt ? -1 : 1));
  },
  giveBack: async ({ requestId, causedBy }, at) => {
    await translated(
      pool.query({
        name: 'due_work_give_back',
        text: `update due_work set claimed_until = $3
               where request_id = $1 and caused_by = $2 and claimed_until > $3::timestamptz`,
        values: [requestId, causedBy, at],
      }),
    );
  },
  nextDueAt: async () => {
    const { rows } = await translated(
      pool.query<{ next: Date | null }>({
        name: 'due_work_next',
        text: 'select min(greatest(due_at, claimed_until)) as next from due_work',
      }),
    );
    return rows[0]?.next ?? undefined;
  },
});
