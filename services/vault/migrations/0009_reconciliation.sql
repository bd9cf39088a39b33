-- When work that is done from time to time was last done, by whichever replica. Lost: it is done once more.
create table schedule (
  task    text primary key,
  done_at timestamptz not null
);

-- Read model of the projection `differences`; can be dropped and rebuilt from events.
create table differences (
  difference_id uuid primary key,
  found_at      timestamptz not null,
  issuer        text not null,
  kind          text not null,
  status        text not null,
  lease_id      uuid,
  -- The difference as lists show it; nothing that opens.
  difference    jsonb not null
);

create index differences_newest on differences (found_at desc, difference_id desc);
create index differences_pending on differences (found_at desc, difference_id desc) where status in ('open', 'repairing');
create index differences_by_lease on differences (lease_id) where lease_id is not null;

-- Read model of the projection `lease-usage`.
create table lease_usage (
  lease_id   uuid primary key,
  owner      text not null,
  request_id uuid,
  period     integer not null,
  usage      jsonb not null
);
