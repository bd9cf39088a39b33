-- The models that can be asked for. "group_order", "place" and "model_id" are the order of the list; ids are compared by
-- code points, so that the order is the same on every server.
create table models (
  provider_id text not null,
  model_id text collate "C" not null,
  group_order smallint not null,
  place integer not null,
  featured_place integer,
  listing jsonb not null,
  primary key (provider_id, model_id)
);

create index models_in_order on models (group_order, place, model_id);
create index models_featured on models (featured_place) where featured_place is not null;

create table providers (
  provider_id text collate "C" primary key,
  title text not null
);
