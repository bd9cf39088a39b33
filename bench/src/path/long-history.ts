import type pg from 'pg';

const FILL_AT_ONCE = 50_000;

/** What requests leave behind, as opposed to what is there once: models, policy, master key. */
const OF_REQUESTS = `category in ('keyRequest', 'keyRequestSlot', 'lease', 'secret', 'delivery')`;

/** Before every transaction of the database, so that all checkpoints are behind it already. */
const LONG_AGO = '3';

const COPY = `with copies as materialized (
    select s.stream, s.category || '-' || uuidv7() as copy
    from (select distinct stream, category from history) s, generate_series(1, $1::int) n
  )
  insert into event_store.events (tx, stream, category, revision, event_id, type, schema_version, data, metadata)
  select '${LONG_AGO}', c.copy, h.category, h.revision, uuidv7(), h.type, h.schema_version, h.data, h.metadata
  from copies c join history h on h.stream = c.stream order by c.copy, h.revision limit $2`;

/**
 * Makes the log as long as if the requests that are in it had come again and again since long ago. Streams and events are
 * new, their content is copied; read models and JetStream know nothing of them.
 */
export const lengthenHistory = async (database: pg.ClientBase, events: number): Promise<void> => {
  const count = async (table: string): Promise<number> =>
    Number((await database.query<{ count: string }>(`select count(*) from ${table}`)).rows[0]?.count);
  await database.query(`create temporary table history as select * from event_store.events where ${OF_REQUESTS}`);
  const perCopy = await count('history');
  const missing = events - (await count('event_store.events'));
  for (let done = 0; done < missing; done += FILL_AT_ONCE) {
    const next = Math.min(FILL_AT_ONCE, missing - done);
    await database.query(COPY, [Math.ceil(next / perCopy), next]);
  }
  await database.query('vacuum (analyze) event_store.events');
  await database.query('checkpoint');
};
