-- The part of a Logto database that has to do with its log: the table with its indexes, and the row
-- level security by which each of Logto's roles sees its own tenant only.
CREATE TABLE tenants (
  id varchar(21) PRIMARY KEY,
  db_user varchar(128)
);
CREATE TABLE logs (
  tenant_id varchar(21) NOT NULL REFERENCES tenants (id) ON UPDATE CASCADE ON DELETE CASCADE,
  id varchar(21) NOT NULL PRIMARY KEY,
  key varchar(128) NOT NULL,
  payload jsonb NOT NULL DEFAULT '{}'::jsonb,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX logs__key ON logs (tenant_id, key);
CREATE INDEX logs__user_id ON logs (tenant_id, (payload ->> 'userId'));
CREATE INDEX logs__application_id ON logs (tenant_id, (payload ->> 'applicationId'));
CREATE INDEX logs__hook_id ON logs (tenant_id, (payload ->> 'hookId'));
CREATE INDEX logs__created_at__id ON logs (tenant_id, created_at, id);
INSERT INTO tenants VALUES ('default', 'logto_tenant_default'), ('admin', 'logto_tenant_admin');
ALTER TABLE logs ENABLE ROW LEVEL SECURITY;
CREATE POLICY logs_tenant_id ON logs AS RESTRICTIVE
  USING (tenant_id = (SELECT id FROM tenants WHERE db_user = current_user));
CREATE POLICY logs_modification ON logs USING (true);

-- What the documentation lets an operator create.
CREATE ROLE gatelog LOGIN BYPASSRLS PASSWORD 'reads';
GRANT USAGE ON SCHEMA public TO gatelog;
GRANT SELECT ON logs TO gatelog;
CREATE ROLE gatelog_prune LOGIN BYPASSRLS PASSWORD 'prunes';
GRANT USAGE ON SCHEMA public TO gatelog_prune;
GRANT SELECT, DELETE ON logs TO gatelog_prune;

-- Roles that lack something.
CREATE ROLE no_rights LOGIN PASSWORD 'reads';
CREATE ROLE sees_none LOGIN PASSWORD 'reads';
GRANT SELECT ON logs, tenants TO sees_none;
