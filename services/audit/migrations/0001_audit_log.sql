-- Every event of every service in the total order of the event store, in the shape in which auditors see it.
create table audit_log (
  position text collate "C" primary key,
  event_id uuid not null,
  stream text collate "C" not null,
  stream_id text collate "C" not null,
  category text collate "C" not null,
  revision bigint not null,
  type text collate "C" not null,
  schema_version integer not null,
  actor jsonb not null,
  actor_id text collate "C" not null,
  reason text,
  correlation_id text collate "C" not null,
  causation_id text collate "C" not null,
  traceparent text,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  data json not null
);

create index audit_log_by_stream on audit_log (stream, position);
create index audit_log_by_stream_id on audit_log (stream_id) where revision = 0;
create index audit_log_by_correlation on audit_log (correlation_id, position);
create index audit_log_by_actor on audit_log (actor_id, position);
create index audit_log_by_type on audit_log (category, type, position);
create index audit_log_by_time on audit_log (recorded_at);
