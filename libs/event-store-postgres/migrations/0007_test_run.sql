-- Up Migration

-- Tests of many secrets at once.
insert into event_store.category_owners (category, role) values ('testRun', 'keyledger_vault');

-- Down Migration

delete from event_store.category_owners where category = 'testRun';
