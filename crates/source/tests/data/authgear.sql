-- The part of an Authgear audit database that has to do with its log: the table with the partitions
-- of some months, one for everything else, and the indexes.
CREATE SCHEMA audit;
CREATE TABLE audit._audit_log (
  id text NOT NULL,
  app_id text NOT NULL,
  created_at timestamp NOT NULL,
  user_id text NOT NULL,
  activity_type text NOT NULL,
  ip_address inet,
  user_agent text,
  client_id text,
  data jsonb NOT NULL
) PARTITION BY RANGE (created_at);
CREATE TABLE audit._audit_log_p2026_09 PARTITION OF audit._audit_log (PRIMARY KEY (id))
  FOR VALUES FROM ('2026-09-01') TO ('2026-10-01');
CREATE TABLE audit._audit_log_p2026_10 PARTITION OF audit._audit_log (PRIMARY KEY (id))
  FOR VALUES FROM ('2026-10-01') TO ('2026-11-01');
CREATE TABLE audit._audit_log_default PARTITION OF audit._audit_log (PRIMARY KEY (id)) DEFAULT;
CREATE INDEX _audit_log_idx_created_at_brin ON audit._audit_log USING brin (created_at);
CREATE INDEX _audit_log_idx_activity_type ON audit._audit_log (app_id, activity_type, created_at DESC);
CREATE INDEX _audit_log_idx_user_id ON audit._audit_log (app_id, user_id, created_at DESC);
CREATE INDEX _audit_log_idx_app_id_created_at ON audit._audit_log (app_id, created_at DESC);

-- What the documentation lets an operator create.
CREATE ROLE gatelog LOGIN PASSWORD 'reads';
GRANT USAGE ON SCHEMA audit TO gatelog;
GRANT SELECT ON audit._audit_log TO gatelog;
