-- Up Migration

-- How far each processor has come, and which process may move it: the one that took `fence` last.
create table checkpoints (
  processor text collate "C" primary key,
  position text collate "C",
  epoch text collate "C",
  fence bigint not null default 0,
  holder text,
  expires_at timestamptz
);

-- Down Migration

drop table checkpoints;
