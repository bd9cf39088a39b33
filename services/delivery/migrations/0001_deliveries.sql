-- Which deliveries belong to a key request; how each stands is folded from its stream.
create table deliveries (
  ordinal bigint generated always as identity primary key,
  delivery_id uuid not null unique,
  request_id uuid not null
);

create index deliveries_by_request on deliveries (request_id, ordinal);
