-- Read model of the projection `secrets`; can be dropped and rebuilt from events.
create table secrets (
  secret_id   uuid primary key,
  created_at  timestamptz not null,
  owner       text not null,
  -- Of the version that counts.
  fingerprint text not null,
  -- The secret as lists show it: masks and fingerprints, nothing that opens.
  secret      jsonb not null
);

create index secrets_newest on secrets (created_at desc, secret_id desc);
create index secrets_by_owner on secrets (owner, created_at desc, secret_id desc);
create index secrets_by_fingerprint on secrets (fingerprint, created_at desc, secret_id desc);
