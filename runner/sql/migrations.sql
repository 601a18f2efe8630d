-- What the migrator reads and writes.

-- lock --
-- One migrator at a time; held until the end of the transaction.
SELECT pg_advisory_xact_lock(%(key)s)

-- patience --
-- Wait long for another migrator, but not for a table: behind us, runners would wait too.
SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', %(lock)s, true)

-- exists --
-- Whether the schema and its table of migrations are there. Read from the catalogue itself: to_regclass answers from a
-- cache, which does not know yet what another migrator has just made.
SELECT
    EXISTS (SELECT FROM pg_namespace WHERE nspname = 'cad_runner') AS schema,
    EXISTS (SELECT FROM pg_tables WHERE schemaname = 'cad_runner' AND tablename = 'migrations') AS migrations

-- make_schema --
-- Make the schema.
CREATE SCHEMA cad_runner

-- make_table --
-- Make the table of migrations.
CREATE TABLE cad_runner.migrations (
    number integer PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
)

-- applied --
-- The migrations that were applied.
SELECT number, name, checksum, applied_at FROM cad_runner.migrations ORDER BY number

-- note --
-- A migration was applied.
INSERT INTO cad_runner.migrations (number, name, checksum) VALUES (%(number)s, %(name)s, %(checksum)s)
