-- What an attempt read, beside what it made.

ALTER TABLE cad_runner.attempts ADD COLUMN source_bytes bigint;
