-- What lists show of service tokens. Their ids are ordered by time.
create table service_tokens (
  service_token_id uuid primary key,
  token jsonb not null
);
