-- Read model of the projection `leases`; can be dropped and rebuilt from events.
create table leases (
  lease_id      uuid primary key,
  request_id    uuid not null,
  status        text not null,
  issuer        text not null,
  owner         text not null,
  model_ids     text[] not null,
  generation    integer not null,
  alias         text not null,
  mask          text,
  started_at    timestamptz not null,
  issued_at     timestamptz,
  expires_at    timestamptz,
  failure_cause text,
  updated_at    timestamptz not null
);

create index leases_waiting on leases (updated_at) where status = 'started';
