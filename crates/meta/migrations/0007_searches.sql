-- Questions to the audit logs that somebody keeps under a name: the parameters of an address.
CREATE TABLE searches (
    number    INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant    TEXT    NOT NULL REFERENCES tenants (name) ON DELETE CASCADE,
    owner     TEXT    NOT NULL COLLATE NOCASE REFERENCES users (name) ON DELETE CASCADE,
    name      TEXT    NOT NULL,
    question  TEXT    NOT NULL,
    is_shared INTEGER NOT NULL CHECK (is_shared IN (0, 1)),
    created   INTEGER NOT NULL,
    used      INTEGER,
    UNIQUE (tenant, owner, name)
) STRICT;

-- Queries that are counted every minute. `told` is when somebody was last told that it fires. The
-- secret signs what is sent, so it is kept as it is.
CREATE TABLE alerts (
    number         INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant         TEXT    NOT NULL REFERENCES tenants (name) ON DELETE CASCADE,
    name           TEXT    NOT NULL,
    query          TEXT    NOT NULL,
    comparison     TEXT    NOT NULL CHECK (comparison IN ('more', 'fewer')),
    threshold      INTEGER NOT NULL,
    period_seconds INTEGER NOT NULL,
    webhook        TEXT    NOT NULL,
    secret         TEXT    NOT NULL,
    tells_end      INTEGER NOT NULL CHECK (tells_end IN (0, 1)),
    remind_hours   INTEGER,
    edited         INTEGER NOT NULL,
    muted_until    INTEGER,
    is_firing      INTEGER NOT NULL CHECK (is_firing IN (0, 1)),
    since          INTEGER NOT NULL,
    told           INTEGER,
    checked        INTEGER,
    count          INTEGER,
    check_error    TEXT,
    send_error     TEXT,
    UNIQUE (tenant, name)
) STRICT;

-- When an alert began to fire and ended.
CREATE TABLE alert_changes (
    number    INTEGER PRIMARY KEY AUTOINCREMENT,
    alert     INTEGER NOT NULL REFERENCES alerts (number) ON DELETE CASCADE,
    time      INTEGER NOT NULL,
    is_firing INTEGER NOT NULL CHECK (is_firing IN (0, 1)),
    count     INTEGER NOT NULL
) STRICT;

CREATE INDEX alert_changes_of_alert ON alert_changes (alert, number);

-- What is to be sent, and when the next attempt is due.
CREATE TABLE alert_messages (
    number    INTEGER PRIMARY KEY AUTOINCREMENT,
    alert     INTEGER NOT NULL REFERENCES alerts (number) ON DELETE CASCADE,
    occasion  TEXT    NOT NULL CHECK (occasion IN ('begin', 'remind', 'end')),
    count     INTEGER NOT NULL,
    from_time INTEGER NOT NULL,
    to_time   INTEGER NOT NULL,
    attempts  INTEGER NOT NULL,
    due       INTEGER NOT NULL
) STRICT;

CREATE INDEX alert_messages_by_due ON alert_messages (due);
CREATE INDEX alert_messages_of_alert ON alert_messages (alert);
