-- Whether somebody sees personal data; by their role where nobody chose. Whoever is here already
-- saw all of it, and goes on to.
ALTER TABLE users ADD COLUMN personal_data TEXT
    CHECK (personal_data IN ('never', 'on-request', 'always'));
UPDATE users SET personal_data = 'always';

-- Until when a session sees it on request, and of which tenant.
ALTER TABLE sessions ADD COLUMN unmasked_until  INTEGER;
ALTER TABLE sessions ADD COLUMN unmasked_tenant TEXT;
