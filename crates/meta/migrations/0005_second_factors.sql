-- People whom an OpenID provider vouches for: its name here, and what it calls them. They have no
-- password.
ALTER TABLE users ADD COLUMN provider TEXT;
ALTER TABLE users ADD COLUMN subject TEXT CHECK ((provider IS NULL) = (subject IS NULL));

CREATE UNIQUE INDEX users_by_subject ON users (provider, subject) WHERE provider IS NOT NULL;

-- Codes from an app as second factor. Codes are computed from the secret, so it is the one secret
-- that is kept as it is. `last_step` is the time step of the last code that was taken.
CREATE TABLE totp (
    user      TEXT    NOT NULL PRIMARY KEY COLLATE NOCASE REFERENCES users (name) ON DELETE CASCADE,
    secret    BLOB    NOT NULL CHECK (length(secret) = 20),
    last_step INTEGER NOT NULL,
    enabled   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Each opens one session in the place of a code, and is gone then.
CREATE TABLE recovery_codes (
    user        TEXT NOT NULL COLLATE NOCASE REFERENCES totp (user) ON DELETE CASCADE,
    code_sha256 BLOB NOT NULL CHECK (length(code_sha256) = 32),
    PRIMARY KEY (user, code_sha256)
) STRICT, WITHOUT ROWID;
