-- Up Migration

-- The public keys under which people hand secrets in to the vault.
insert into event_store.category_owners (category, role) values ('submissionKey', 'keyledger_vault');

-- Down Migration

delete from event_store.category_owners where category = 'submissionKey';
