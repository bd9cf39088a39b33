-- What is due is looked for issuer by issuer.
drop index leases_due;

create index leases_due on leases (issuer, due_at, lease_id) where due_at is not null;
