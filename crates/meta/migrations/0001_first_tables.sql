-- Times are microseconds since 1970-01-01T00:00:00Z. Secrets are never stored, only their hashes.

CREATE TABLE tenants (
    name            TEXT    NOT NULL PRIMARY KEY,
    created         INTEGER NOT NULL,
    log_origin      TEXT    NOT NULL,
    fingerprint_key BLOB    NOT NULL CHECK (length(fingerprint_key) = 32)
) STRICT, WITHOUT ROWID;

-- An operator stands above the tenants and is bound to none.
CREATE TABLE credentials (
    id            TEXT    NOT NULL PRIMARY KEY,
    scope         TEXT    NOT NULL CHECK (scope IN ('ingest', 'read', 'admin', 'operator')),
    tenant        TEXT    REFERENCES tenants (name),
    source        TEXT    CHECK (source IS NULL OR scope <> 'operator'),
    label         TEXT    NOT NULL,
    secret_sha256 BLOB    NOT NULL CHECK (length(secret_sha256) = 32),
    created       INTEGER NOT NULL,
    last_used     INTEGER,
    revoked       INTEGER,
    CHECK ((scope = 'operator') = (tenant IS NULL))
) STRICT, WITHOUT ROWID;

-- A user has either a chosen password or a one-time password, or neither once the latter is used.
CREATE TABLE users (
    name              TEXT    NOT NULL PRIMARY KEY COLLATE NOCASE,
    scope             TEXT    NOT NULL CHECK (scope IN ('ingest', 'read', 'admin', 'operator')),
    tenant            TEXT    REFERENCES tenants (name),
    source            TEXT    CHECK (source IS NULL OR scope <> 'operator'),
    password_phc      TEXT,
    one_time_sha256   BLOB    CHECK (length(one_time_sha256) = 32),
    one_time_expires  INTEGER,
    created           INTEGER NOT NULL,
    disabled          INTEGER,
    CHECK ((scope = 'operator') = (tenant IS NULL)),
    CHECK ((one_time_sha256 IS NULL) = (one_time_expires IS NULL)),
    CHECK (password_phc IS NULL OR one_time_sha256 IS NULL)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    token_sha256 BLOB    NOT NULL PRIMARY KEY CHECK (length(token_sha256) = 32),
    user         TEXT    NOT NULL COLLATE NOCASE REFERENCES users (name) ON DELETE CASCADE,
    created      INTEGER NOT NULL,
    last_seen    INTEGER NOT NULL,
    expires      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user);

-- Names known for ids. An empty name or identifier is one that is not known yet. `folded` is
-- all three texts in lower case, because SQLite itself folds only ASCII letters.
CREATE TABLE directory (
    tenant     TEXT    NOT NULL REFERENCES tenants (name),
    kind       TEXT    NOT NULL CHECK (kind IN ('user', 'application', 'organization')),
    id         TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    identifier TEXT    NOT NULL,
    folded     TEXT    NOT NULL,
    updated    INTEGER NOT NULL,
    PRIMARY KEY (tenant, kind, id)
) STRICT, WITHOUT ROWID;

-- Everything users were seen to sign in with. A person has several; the directory shows one.
CREATE TABLE identifiers (
    tenant     TEXT NOT NULL REFERENCES tenants (name),
    identifier TEXT NOT NULL,
    PRIMARY KEY (tenant, identifier)
) STRICT, WITHOUT ROWID;
