-- How many data keys each master key has wrapped, reserved in blocks, and which of them may wrap nothing any more.
create table master_key_uses (
  master_key_id uuid primary key,
  uses          bigint not null check (uses >= 0),
  retired_at    timestamptz
);

insert into master_key_uses (master_key_id, uses)
select master_key_id, count(*) from key_ring group by master_key_id;
