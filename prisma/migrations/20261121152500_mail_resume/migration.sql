-- Mails written while no mail server was set are handed in again at the start of a server that has one: they are
-- looked for over all hotels, and rare among the rows.
CREATE INDEX mail_messages_pending ON mail_messages (created_at) WHERE status = 'PENDING';
