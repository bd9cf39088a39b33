-- How many keys were tested in a minute, by each person and by all. Lost: the minute begins anew.
create table test_quota (
  subject  text primary key,
  began_at timestamptz not null,
  count    integer not null
);
