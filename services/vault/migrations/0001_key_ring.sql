-- The wrapped data keys: the one table that is not derived from events and must be backed up with them.
-- Deleting a row shreds the secret version that it encrypted.
create table key_ring (
  key_id        uuid primary key,
  purpose       text not null check (purpose in ('secret', 'fingerprint')),
  -- The master key that wraps it at present; another one after a rotation.
  master_key_id uuid not null,
  wrapped       bytea not null,
  created_at    timestamptz not null default now()
);

create index key_ring_master_key on key_ring (master_key_id);
