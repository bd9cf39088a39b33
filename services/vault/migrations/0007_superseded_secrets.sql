-- Since when the oldest earlier version that can still be restored has not counted; null where there is none.
alter table secrets add column superseded_since timestamptz;

update secrets set superseded_since = (
  select min((version ->> 'supersededAt')::timestamptz) from jsonb_array_elements(secret -> 'versions') version
  where not version ? 'shreddedAt')
where secret ->> 'origin' = 'submitted' and secret ->> 'status' = 'sealed';

create index secrets_superseded on secrets (superseded_since, secret_id) where superseded_since is not null;
