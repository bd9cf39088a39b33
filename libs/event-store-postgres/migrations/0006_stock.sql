-- Up Migration

-- Which keys that lie in stock were handed out.
insert into event_store.category_owners (category, role) values ('stock', 'keyledger_vault');

-- Down Migration

delete from event_store.category_owners where category = 'stock';
