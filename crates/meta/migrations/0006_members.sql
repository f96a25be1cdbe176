-- Who may be told apart among those who read, when somebody was last here, and from where.
ALTER TABLE users ADD COLUMN is_analyst INTEGER NOT NULL DEFAULT 0
    CHECK (is_analyst = 0 OR (is_analyst = 1 AND scope = 'read'));
ALTER TABLE users ADD COLUMN last_seen INTEGER;

-- What a browser said of itself when its user signed in, and its address. Empty where not known.
ALTER TABLE sessions ADD COLUMN user_agent TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN address    TEXT NOT NULL DEFAULT '';
