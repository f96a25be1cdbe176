-- Systems that deliver by themselves, as they were set up in the console; those of the
-- configuration file are not here. Secrets in the settings are sealed.
CREATE TABLE sources (
    name      TEXT    PRIMARY KEY,
    tenant    TEXT    NOT NULL REFERENCES tenants (name) ON DELETE CASCADE,
    settings  TEXT    NOT NULL,
    is_paused INTEGER NOT NULL CHECK (is_paused IN (0, 1)),
    created   INTEGER NOT NULL,
    edited    INTEGER NOT NULL
) STRICT;

-- How far each of them has come, those of the configuration file included.
CREATE TABLE source_states (
    name          TEXT    NOT NULL,
    tenant        TEXT    NOT NULL REFERENCES tenants (name) ON DELETE CASCADE,
    kind          TEXT    NOT NULL,
    is_running    INTEGER NOT NULL CHECK (is_running IN (0, 1)),
    cursor        TEXT,
    answered      INTEGER,
    delivered     INTEGER,
    newest        INTEGER,
    accepted      INTEGER NOT NULL,
    duplicates    INTEGER NOT NULL,
    conflicts     INTEGER NOT NULL,
    quarantined   INTEGER NOT NULL,
    minute_events INTEGER NOT NULL,
    trouble       TEXT,
    trouble_since INTEGER,
    silent_since  INTEGER,
    PRIMARY KEY (name, tenant)
) STRICT;

-- What they delivered and what is no event. The record is sealed: nobody knows what is secret in it.
CREATE TABLE quarantine (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant   TEXT    NOT NULL REFERENCES tenants (name) ON DELETE CASCADE,
    source   TEXT    NOT NULL,
    digest   BLOB    NOT NULL,
    received INTEGER NOT NULL,
    format   TEXT    NOT NULL,
    is_sent  INTEGER NOT NULL CHECK (is_sent IN (0, 1)),
    reason   TEXT    NOT NULL,
    record   BLOB    NOT NULL,
    UNIQUE (tenant, source, digest)
) STRICT;
