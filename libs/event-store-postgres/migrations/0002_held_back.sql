-- Up Migration

-- To name the session that holds readers back, whoever it belongs to: the function below says no more of it than that.
grant pg_read_all_stats to keyledger_event_store;

-- How long the oldest committed event has waited for a transaction that still runs, and the oldest of those transactions,
-- which is the one that holds it back: in any database of the server, prepared ones included. No row when nothing waits.
create function event_store.held_back() returns table (
  held_for interval,
  pid integer,
  role text,
  database text,
  application text,
  state text,
  open_for interval
)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select clock_timestamp() - waiting.recorded_at, t.pid, t.role, t.database, t.application, t.state,
    clock_timestamp() - t.began_at
  from (
    select e.recorded_at from event_store.events e
    where e.tx >= pg_snapshot_xmin(pg_current_snapshot())
    order by e.tx, e.position limit 1
  ) waiting
  left join lateral (
    select running.* from (
      select a.pid, a.usename::text as role, a.datname::text as database, a.application_name as application, a.state,
        a.xact_start as began_at, a.backend_xid as xid
      from pg_stat_activity a where a.backend_xid is not null
      union all
      select null, p.owner::text, p.database::text, p.gid, 'prepared', p.prepared, p.transaction from pg_prepared_xacts p
    ) running order by age(running.xid) desc limit 1
  ) t on true
$$;

alter function event_store.held_back owner to keyledger_event_store;
revoke all on function event_store.held_back from public;
grant execute on function event_store.held_back
  to keyledger_registry, keyledger_vault, keyledger_approval, keyledger_delivery, keyledger_audit;

-- Down Migration

drop function event_store.held_back;
