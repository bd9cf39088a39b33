-- Read model of the projection `test_runs`: the runs that have not come to their end. Can be dropped and rebuilt from events.
create table test_runs (
  run_id     uuid primary key,
  started_at timestamptz not null
);

create index test_runs_oldest on test_runs (started_at);
