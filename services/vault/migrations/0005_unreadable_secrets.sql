-- Secrets that have to be entered anew are few, and looked for.
create index secrets_unreadable on secrets (created_at desc, secret_id desc) where secret ? 'unreadableSince';
