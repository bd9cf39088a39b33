-- Read model of the projection `lease-usage`, which grows anew from the first event: whoever ran it gives it up.
drop table lease_usage;

create table lease_usage (
  lease_id   uuid primary key,
  owner      text not null,
  request_id uuid,
  -- As lists show it.
  usage      jsonb not null,
  -- The stream as its events make it, and the revision up to which it is that.
  state      jsonb not null,
  revision   bigint not null
);

update checkpoints set position = null, epoch = null, fence = fence + 1, holder = null, expires_at = null
where processor = 'projection:lease-usage';
