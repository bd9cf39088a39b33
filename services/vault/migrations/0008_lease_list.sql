-- Read model of the projection `leases`, which grows anew from the first event: whoever ran it gives it up.
drop table leases;

create table leases (
  lease_id   uuid primary key,
  started_at timestamptz not null,
  status     text not null,
  issuer     text not null,
  owner      text not null,
  team       text,
  model_ids  text[] not null,
  tags       text[] not null,
  expires_at timestamptz,
  -- When something is to be done for it next by itself.
  due_at     timestamptz,
  updated_at timestamptz not null,
  -- A person has something to do for it at the provider.
  has_custodian_task boolean not null,
  -- The lease as its events make it: terms, states and masks, nothing that opens.
  lease      jsonb not null
);

create index leases_newest on leases (started_at desc, lease_id desc);
create index leases_by_owner on leases (owner, started_at desc, lease_id desc);
create index leases_by_team on leases (team, started_at desc, lease_id desc) where team is not null;
create index leases_by_model on leases using gin (model_ids);
create index leases_by_tag on leases using gin (tags);
create index leases_with_task on leases (started_at desc, lease_id desc) where has_custodian_task;
create index leases_due on leases (due_at) where due_at is not null;

update checkpoints set position = null, epoch = null, fence = fence + 1, holder = null, expires_at = null
where processor = 'projection:leases';
