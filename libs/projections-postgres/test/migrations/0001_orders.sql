-- Up Migration

create table orders (
  stream text primary key,
  events bigint not null default 0
);

-- Down Migration

drop table orders;
