-- Up Migration

-- Which lease holds a key that somebody handed in.
insert into event_store.category_owners (category, role) values ('heldKey', 'keyledger_vault');

-- Down Migration

delete from event_store.category_owners where category = 'heldKey';
