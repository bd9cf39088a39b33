-- Up Migration

-- The log belongs to a role that nobody logs in with. Services have roles of their own, which others give a password.
do $$
declare
  name text;
begin
  foreach name in array array['event_store', 'registry', 'vault', 'approval', 'delivery', 'audit'] loop
    begin
      execute format('create role %I nologin', 'keyledger_' || name);
    exception when duplicate_object or unique_violation then
      null; -- roles belong to the whole server
    end;
  end loop;
  -- What follows hands things over to the owner, which only its members may do.
  if not pg_has_role(current_user, 'keyledger_event_store', 'member') then
    execute format('grant keyledger_event_store to %I', current_user);
  end if;
end $$;

-- Total order of the log: (tx, position). A transaction takes `tx` when it begins to write, so a reader that stops at
-- the oldest transaction still running never passes a place that can still be filled; see docs/adr/0003.
create table event_store.events (
  tx xid8 not null default pg_current_xact_id(),
  position bigint not null generated always as identity (cache 64),
  revision bigint not null check (revision >= 0),
  recorded_at timestamptz not null default clock_timestamp(),
  event_id uuid not null,
  schema_version integer not null,
  stream text collate "C" not null,
  category text collate "C" not null,
  type text collate "C" not null,
  data json not null,
  metadata json not null
);

create unique index events_by_stream on event_store.events (stream, revision);
create unique index events_by_id on event_store.events (event_id);
create index events_in_order on event_store.events (tx, position);

-- Which role writes and reads which category. An administrator adds rows; nobody else may.
create table event_store.category_owners (
  category text collate "C" primary key check (category <> '' and position('-' in category) = 0),
  role text collate "C" not null
);

insert into event_store.category_owners (category, role) values
  ('provider', 'keyledger_registry'),
  ('model', 'keyledger_registry'),
  ('keyRequest', 'keyledger_approval'),
  ('keyRequestSlot', 'keyledger_approval'),
  ('approvalPolicy', 'keyledger_approval'),
  ('lease', 'keyledger_vault'),
  ('secret', 'keyledger_vault'),
  ('masterKey', 'keyledger_vault'),
  ('delivery', 'keyledger_delivery'),
  ('notification', 'keyledger_delivery');

-- `session_user` and not `current_user`: the former stays the role that logged in, inside functions and after `set role`.
create function event_store.readable_categories() returns text[]
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select coalesce(array_agg(o.category), '{}') from event_store.category_owners o where o.role = session_user
$$;

-- Appending. The first event of an append decides: it goes in if the expected revision exists (-1: no stream is expected)
-- and the next one is free; streams have no holes, so nobody else can then write the revisions behind it. The unique index
-- makes a concurrent writer of the same revision wait for the outcome of the first. What was not written is not returned.
-- Plans are made once per session and for a large table: planning anew costs three times the work itself.

-- One event, the most frequent append.
create function event_store.append_one(
  p_stream text,
  p_expected bigint,
  p_id uuid,
  p_type text,
  p_schema_version integer,
  p_data json,
  p_metadata json,
  out tx xid8,
  out "position" bigint
)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
#variable_conflict use_column
begin
  insert into event_store.events (stream, category, revision, event_id, type, schema_version, data, metadata)
  select p_stream, o.category, p_expected + 1, p_id, p_type, p_schema_version, p_data, p_metadata
  from event_store.category_owners o
  where o.category = split_part(p_stream, '-', 1) and o.role = session_user and (p_expected = -1 or (
    select x.revision from event_store.events x where x.stream = p_stream and x.revision = p_expected
  ) is not null)
  on conflict do nothing
  returning tx, position into tx, "position";
  if not found then
    perform event_store.refuse_foreign(array[p_stream]);
  end if;
end $$;

-- Several appends, each whole or not at all, with a row for the last event of each that was written. One entry of
-- p_streams, p_expected and p_sizes per append, streams distinct; one entry of the other arrays per event, in the order of
-- the appends. Sorted by stream, so that two batches never wait for each other.
create function event_store.append(
  p_streams text[],
  p_expected bigint[],
  p_sizes integer[],
  p_ids uuid[],
  p_types text[],
  p_schema_versions integer[],
  p_data json[],
  p_metadata json[]
) returns table (stream text, revision bigint, tx xid8, "position" bigint)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
#variable_conflict use_column
declare
  written bigint;
begin
  if cardinality(p_ids) = cardinality(p_streams) then
    return query
      insert into event_store.events (stream, category, revision, event_id, type, schema_version, data, metadata)
      select a.stream, o.category, a.expected + 1, a.id, a.type, a.schema_version, a.data, a.metadata
      from unnest(p_streams, p_expected, p_sizes, p_ids, p_types, p_schema_versions, p_data, p_metadata)
        a(stream, expected, size, id, type, schema_version, data, metadata)
      join event_store.category_owners o on o.category = split_part(a.stream, '-', 1) and o.role = session_user
      where a.size = 1 and (a.expected = -1 or (
        select x.revision from event_store.events x where x.stream = a.stream and x.revision = a.expected
      ) is not null)
      order by a.stream
      on conflict do nothing
      returning stream, revision, tx, position;
  else
    return query
      with appends as materialized (
        select a.stream, o.category, a.expected, a.size, sum(a.size) over (order by a.n) - a.size as skipped
        from unnest(p_streams, p_expected, p_sizes) with ordinality a(stream, expected, size, n)
        left join event_store.category_owners o
          on o.category = split_part(a.stream, '-', 1) and o.role = session_user
      ), news as materialized (
        select * from unnest(p_ids, p_types, p_schema_versions, p_data, p_metadata)
          with ordinality e(id, type, schema_version, data, metadata, n)
      ), firsts as (
        insert into event_store.events (stream, category, revision, event_id, type, schema_version, data, metadata)
        select a.stream, a.category, a.expected + 1, e.id, e.type, e.schema_version, e.data, e.metadata
        from appends a join news e on e.n = a.skipped + 1
        where a.category is not null and a.size > 0 and (a.expected = -1 or (
          select x.revision from event_store.events x where x.stream = a.stream and x.revision = a.expected
        ) is not null)
        order by a.stream
        on conflict do nothing
        returning stream, revision, tx, position
      ), rests as (
        insert into event_store.events (stream, category, revision, event_id, type, schema_version, data, metadata)
        select a.stream, a.category, a.expected + e.n - a.skipped,
          e.id, e.type, e.schema_version, e.data, e.metadata
        from firsts f join appends a on a.stream = f.stream and a.expected + 1 = f.revision
          join news e on e.n > a.skipped + 1 and e.n <= a.skipped + a.size
        order by a.stream, e.n
        returning stream, revision, tx, position
      )
      select distinct on (w.stream) w.stream, w.revision, w.tx, w.position
      from (select * from firsts union all select * from rests) w
      order by w.stream, w.revision desc;
  end if;
  get diagnostics written = row_count;
  if written < cardinality(p_streams) then
    perform event_store.refuse_foreign(p_streams);
  end if;
end $$;

-- Raises, which undoes the whole statement, when a stream is of a category that the role does not own.
create function event_store.refuse_foreign(p_streams text[]) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  foreign_category text;
begin
  select split_part(s, '-', 1) into foreign_category from unnest(p_streams) s
  where not exists (
    select from event_store.category_owners o where o.category = split_part(s, '-', 1) and o.role = session_user
  ) limit 1;
  if found then
    raise insufficient_privilege
      using message = format('%s may not append to the category %s', session_user, foreign_category);
  end if;
end $$;

-- The next stretch of the log that can no longer change: its last place (nulls when there is nothing), at most p_size
-- events behind the given one, foreign ones counted; whether the settled log ends there; and the transaction of the newest
-- event of all, which is not settled yet when it is not below the horizon.
create function event_store.settled_stretch(p_tx xid8, p_position bigint, p_size integer)
returns table (tx xid8, "position" bigint, is_end boolean, newest_tx xid8)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off
as $$
#variable_conflict use_column
declare
  horizon constant xid8 := pg_snapshot_xmin(pg_current_snapshot());
begin
  select e.tx into newest_tx from event_store.events e order by e.tx desc, e.position desc limit 1;
  select e.tx, e.position into tx, "position" from event_store.events e
  where (e.tx, e.position) > (p_tx, p_position) and e.tx < horizon
  order by e.tx, e.position offset p_size - 1 limit 1;
  is_end := not found;
  if is_end then
    select e.tx, e.position into tx, "position" from event_store.events e
    where (e.tx, e.position) > (p_tx, p_position) and e.tx < horizon
    order by e.tx desc, e.position desc limit 1;
  end if;
  return next;
end $$;

-- Nobody touches the tables but by select, which shows a role its own categories, and audit everything.
alter table event_store.events enable row level security;
create policy own_categories on event_store.events for select
  using (category = any ((select event_store.readable_categories())::text[]));
create policy audit_reads_all on event_store.events for select to keyledger_audit using (true);

alter schema event_store owner to keyledger_event_store;
alter table event_store.events owner to keyledger_event_store;
alter table event_store.category_owners owner to keyledger_event_store;
alter function event_store.readable_categories owner to keyledger_event_store;
alter function event_store.append_one owner to keyledger_event_store;
alter function event_store.append owner to keyledger_event_store;
alter function event_store.refuse_foreign owner to keyledger_event_store;
alter function event_store.settled_stretch owner to keyledger_event_store;

revoke all on all functions in schema event_store from public;
grant usage on schema event_store
  to keyledger_registry, keyledger_vault, keyledger_approval, keyledger_delivery, keyledger_audit;
grant select on event_store.events
  to keyledger_registry, keyledger_vault, keyledger_approval, keyledger_delivery, keyledger_audit;
grant execute on function event_store.readable_categories, event_store.settled_stretch
  to keyledger_registry, keyledger_vault, keyledger_approval, keyledger_delivery, keyledger_audit;
grant execute on function event_store.append_one, event_store.append
  to keyledger_registry, keyledger_vault, keyledger_approval, keyledger_delivery;
