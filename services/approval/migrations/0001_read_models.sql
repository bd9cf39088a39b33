-- Up Migration

-- The list of requests, built from the streams; can be dropped and rebuilt.
create table key_requests (
  request_id uuid primary key,
  submitted_at timestamptz not null,
  status text not null,
  -- In lower case; `request` holds the address as it was typed.
  email text not null,
  model_id text not null,
  request jsonb not null
);

create index key_requests_newest on key_requests (submitted_at desc, request_id desc);
create index key_requests_by_status on key_requests (status, submitted_at desc, request_id desc);
create index key_requests_by_email on key_requests (email, submitted_at desc, request_id desc);

-- What has to happen to a request at a later time; likewise built from the streams, apart from the claims.
create table due_work (
  request_id uuid primary key,
  kind text not null check (kind in ('evaluate', 'expire')),
  due_at timestamptz not null,
  attempt integer not null check (attempt >= 1),
  caused_by uuid not null,
  traceparent text,
  -- Until then the row belongs to the replica that claimed it.
  claimed_until timestamptz
);

create index due_work_by_time on due_work (greatest(due_at, claimed_until), request_id);

-- Down Migration

drop table due_work;
drop table key_requests;
