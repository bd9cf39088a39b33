-- Up Migration

-- The tokens by which applications sign in.
insert into event_store.category_owners (category, role) values ('serviceToken', 'keyledger_registry');

-- Down Migration

delete from event_store.category_owners where category = 'serviceToken';
