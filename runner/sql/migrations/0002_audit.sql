-- What people did to jobs. It outlives the jobs, so nothing refers to them.

CREATE TABLE cad_runner.audit (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    who text NOT NULL,
    action text NOT NULL CHECK (action IN ('cancel', 'retry', 'requeue', 'purge')),
    why text NOT NULL,
    job_id text NOT NULL,
    state text
);

CREATE INDEX audit_by_job ON cad_runner.audit (job_id);
