-- Names are found by their words without reading all of them. `folded` (every letter in lower
-- case) and `words` (the words of a text, between spaces) are functions of ours.
ALTER TABLE directory RENAME TO directory_before;

-- Names known for ids. An empty name or identifier is one that is not known yet.
CREATE TABLE directory (
    entry      INTEGER NOT NULL PRIMARY KEY,
    tenant     TEXT    NOT NULL REFERENCES tenants (name),
    kind       TEXT    NOT NULL CHECK (kind IN ('user', 'application', 'organization')),
    id         TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    identifier TEXT    NOT NULL,
    updated    INTEGER NOT NULL,
    UNIQUE (tenant, kind, id)
) STRICT;

-- The words of name and identifier of each entry. The texts themselves are not kept again. What
-- is between spaces is a word, whatever its letters.
CREATE VIRTUAL TABLE directory_words USING fts5 (
    tenant, words,
    content = '', contentless_delete = 1, detail = column,
    tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'"
);

CREATE TRIGGER directory_added AFTER INSERT ON directory BEGIN
    INSERT INTO directory_words (rowid, tenant, words)
    VALUES (new.entry, new.tenant, words(new.name || ' ' || new.identifier));
END;

CREATE TRIGGER directory_changed AFTER UPDATE ON directory BEGIN
    DELETE FROM directory_words WHERE rowid = old.entry;
    INSERT INTO directory_words (rowid, tenant, words)
    VALUES (new.entry, new.tenant, words(new.name || ' ' || new.identifier));
END;

CREATE TRIGGER directory_forgotten AFTER DELETE ON directory BEGIN
    DELETE FROM directory_words WHERE rowid = old.entry;
END;

INSERT INTO directory (tenant, kind, id, name, identifier, updated)
SELECT tenant, kind, id, name, identifier, updated FROM directory_before;

DROP TABLE directory_before;
