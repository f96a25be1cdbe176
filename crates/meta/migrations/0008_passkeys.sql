-- Passkeys as second factor. `algorithm` is COSE's number of it, `public_key` the
-- SubjectPublicKeyInfo in DER, `counter` what the authenticator last counted (0: it does not).
CREATE TABLE passkeys (
    number     INTEGER NOT NULL PRIMARY KEY,
    user       TEXT    NOT NULL COLLATE NOCASE REFERENCES users (name) ON DELETE CASCADE,
    name       TEXT    NOT NULL,
    credential BLOB    NOT NULL UNIQUE CHECK (length(credential) BETWEEN 1 AND 1023),
    algorithm  INTEGER NOT NULL,
    public_key BLOB    NOT NULL,
    counter    INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    last_used  INTEGER
) STRICT;

CREATE INDEX passkeys_by_user ON passkeys (user);

-- Recovery codes stand in for every second factor, so they belong to the user now, not to the app.
CREATE TABLE recovery_codes_of_users (
    user        TEXT NOT NULL COLLATE NOCASE REFERENCES users (name) ON DELETE CASCADE,
    code_sha256 BLOB NOT NULL CHECK (length(code_sha256) = 32),
    PRIMARY KEY (user, code_sha256)
) STRICT, WITHOUT ROWID;
INSERT INTO recovery_codes_of_users SELECT user, code_sha256 FROM recovery_codes;
DROP TABLE recovery_codes;
ALTER TABLE recovery_codes_of_users RENAME TO recovery_codes;
