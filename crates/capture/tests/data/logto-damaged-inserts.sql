-- Not from pg_dump.
insert into logs (id, tenant_id, created_at, payload, "key", note) values ('mixed', 'default', '2026-11-20 15:54:16+00', '{}', 'Unknown', 'no member of a row');
INSERT INTO logs VALUES ('default', 'short'), ('default', 'whole', 'Unknown', '{}', '2026-11-20 15:54:17+00'),
  ('default', 'multi
line', 'Unknown', '{]', '2026-11-20 15:54:17+00'), ('default', E'escape', 'Unknown', '{}', '2026-11-20 15:54:17+00');
INSERT INTO other.logs (id, text) VALUES (1, 'x;'), (2, ')');
UPDATE logs SET key = 'x'; INSERT INTO logs VALUES ('default', 'last', 'Unknown', '{}', '2026-11-20 15:54:18+00');
