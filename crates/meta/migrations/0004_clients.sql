-- Programs that read through another product's API, with an id and a secret as they would use
-- there.
CREATE TABLE clients (
    id            TEXT    NOT NULL PRIMARY KEY,
    dialect       TEXT    NOT NULL CHECK (dialect IN ('logto', 'plusauth')),
    tenant        TEXT    NOT NULL REFERENCES tenants (name),
    label         TEXT    NOT NULL,
    secret_sha256 BLOB    NOT NULL CHECK (length(secret_sha256) = 32),
    created       INTEGER NOT NULL,
    last_used     INTEGER,
    revoked       INTEGER
) STRICT, WITHOUT ROWID;

-- What a client got for its secret. `scope` is what was granted, words between spaces.
CREATE TABLE access_tokens (
    token_sha256 BLOB    NOT NULL PRIMARY KEY CHECK (length(token_sha256) = 32),
    client       TEXT    NOT NULL REFERENCES clients (id),
    scope        TEXT    NOT NULL,
    expires      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX access_tokens_by_client ON access_tokens (client);
