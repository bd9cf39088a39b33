-- Up Migration

-- Leases that are revoked together.
insert into event_store.category_owners (category, role) values ('bulkRevocation', 'keyledger_vault');

-- Down Migration

delete from event_store.category_owners where category = 'bulkRevocation';
