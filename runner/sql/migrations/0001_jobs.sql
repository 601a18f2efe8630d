-- Jobs, and every attempt at one.

CREATE TABLE cad_runner.jobs (
    job_id text PRIMARY KEY,
    kind text NOT NULL,
    state text NOT NULL
        CHECK (state IN ('waiting', 'running', 'completed', 'failed', 'dead', 'cancelled')),
    fingerprint text NOT NULL,
    message jsonb NOT NULL,
    tenant text,
    traceparent text,
    -- The attempts that are charged; an attempt that ended by no fault of the drawing is given back.
    attempt integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    -- Every claim ever.
    runs integer NOT NULL DEFAULT 0 CHECK (runs >= 0),
    owner text,
    lease_until timestamptz,
    stop boolean NOT NULL DEFAULT false,
    stage text,
    share double precision,
    result jsonb,
    result_path text,
    failure jsonb,
    first_failure jsonb,
    -- Somebody let it begin anew, and its message is still to be published.
    anew boolean NOT NULL DEFAULT false,
    sweeps integer NOT NULL DEFAULT 0,
    swept_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    claimed_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled_at timestamptz,
    -- When what it made was deleted from the object store.
    emptied_at timestamptz,
    CONSTRAINT jobs_running_is_owned CHECK ((state = 'running') = (owner IS NOT NULL AND lease_until IS NOT NULL)),
    CONSTRAINT jobs_settled_has_time
        CHECK ((state IN ('completed', 'failed', 'dead', 'cancelled')) = (settled_at IS NOT NULL)),
    CONSTRAINT jobs_completed_has_result CHECK ((state = 'completed') = (result IS NOT NULL))
)
-- A sign of life changes no indexed column: with room on the page it is written in place.
WITH (fillfactor = 70);

CREATE INDEX jobs_unsettled ON cad_runner.jobs (created_at) WHERE state IN ('waiting', 'running');
CREATE INDEX jobs_by_age ON cad_runner.jobs (created_at);
CREATE INDEX jobs_settled ON cad_runner.jobs (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX jobs_full ON cad_runner.jobs (settled_at) WHERE state = 'completed' AND emptied_at IS NULL;
CREATE INDEX jobs_by_result ON cad_runner.jobs (result_path) WHERE result_path IS NOT NULL;

CREATE TABLE cad_runner.attempts (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id text NOT NULL REFERENCES cad_runner.jobs ON DELETE CASCADE,
    attempt integer NOT NULL,
    owner text NOT NULL UNIQUE,
    kind text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at timestamptz,
    -- The transaction that ended it: what a reader pages by, see the query "ended_attempts".
    ended_in xid8,
    outcome text
        CHECK (outcome IN ('completed', 'failed', 'dead', 'retried', 'released', 'cancelled', 'vanished')),
    failure jsonb,
    seconds jsonb,
    bytes bigint,
    peak_memory bigint,
    CONSTRAINT attempts_end_whole
        CHECK ((outcome IS NULL) = (ended_at IS NULL) AND (outcome IS NULL) = (ended_in IS NULL))
);

CREATE INDEX attempts_by_job ON cad_runner.attempts (job_id);
CREATE INDEX attempts_ended ON cad_runner.attempts (ended_in, number) WHERE ended_in IS NOT NULL;
