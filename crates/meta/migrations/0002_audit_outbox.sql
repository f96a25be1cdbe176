-- What was changed here, written in one transaction with the change, until it is in the tenant's
-- ledger. Numbers are never used again: the id of the event is made of them.
CREATE TABLE audit_outbox (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    tenant TEXT    NOT NULL REFERENCES tenants (name),
    record BLOB    NOT NULL
) STRICT;
