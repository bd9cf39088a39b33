-- Up Migration

-- What the vault finds when it compares the keys of an issuer with its own, and how its keys are used.
insert into event_store.category_owners (category, role) values
  ('reconciliation', 'keyledger_vault'),
  ('leaseUsage', 'keyledger_vault');

-- Down Migration

delete from event_store.category_owners where category in ('reconciliation', 'leaseUsage');
