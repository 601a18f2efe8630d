-- What people and the exporter read of jobs, and what people do to them.

-- list --
-- The newest jobs, of some states, kinds and tenants.
SELECT
    job_id, kind, state, attempt, runs, stage, share, stop, tenant, owner, result_path,
    message ->> 'file_path' AS file_path, failure ->> 'code' AS code,
    created_at, claimed_at, updated_at, settled_at, lease_until,
    state = 'running' AND lease_until < clock_timestamp() AS expired,
    clock_timestamp() AS now
FROM cad_runner.jobs
WHERE (%(states)s::text[] IS NULL OR state = ANY (%(states)s))
    AND (%(kind)s::text IS NULL OR kind = %(kind)s)
    AND (%(tenant)s::text IS NULL OR tenant = %(tenant)s)
    AND (%(code)s::text IS NULL OR failure ->> 'code' = %(code)s)
    AND (%(since)s::double precision IS NULL OR created_at >= clock_timestamp() - make_interval(secs => %(since)s))
ORDER BY created_at DESC, job_id
LIMIT %(limit)s

-- show --
-- All of a job.
SELECT *, state = 'running' AND lease_until < clock_timestamp() AS expired, clock_timestamp() AS now
FROM cad_runner.jobs
WHERE job_id = %(job_id)s

-- attempts --
-- The attempts at a job, in order.
SELECT number, attempt, owner, started_at, ended_at, outcome, failure, seconds, source_bytes, bytes, peak_memory
FROM cad_runner.attempts
WHERE job_id = %(job_id)s
ORDER BY number

-- audit --
-- What people did to a job, in order.
SELECT at, who, action, why, state FROM cad_runner.audit WHERE job_id = %(job_id)s ORDER BY number

-- note --
-- Write down what somebody did to a job.
INSERT INTO cad_runner.audit (who, action, why, job_id, state)
VALUES (%(who)s, %(action)s, %(why)s, %(job_id)s, %(state)s)

-- forestall --
-- Cancel a job that nobody has seen yet, so that its message is turned away; no row where it was seen meanwhile. Without
-- a fingerprint, it stands for a job of any content.
WITH ahead AS (
    INSERT INTO cad_runner.jobs (job_id, kind, state, fingerprint, message, settled_at)
    VALUES (%(job_id)s, 'unknown', 'cancelled', '', '{}', clock_timestamp())
    ON CONFLICT DO NOTHING
    RETURNING job_id
)
INSERT INTO cad_runner.audit (who, action, why, job_id)
SELECT %(who)s, 'cancel', %(why)s, job_id FROM ahead
RETURNING job_id

-- requeue --
-- Let a job that did not become a model begin anew, with all its attempts, and note who wanted that; no row where it is
-- unknown, unsettled, completed or was never seen. Its message goes out with the next sweep, if nobody publishes it before.
WITH before AS (
    SELECT job_id, state FROM cad_runner.jobs
    WHERE job_id = %(job_id)s AND state IN ('failed', 'dead', 'cancelled') AND fingerprint <> ''
    FOR UPDATE
),
anew AS (
    UPDATE cad_runner.jobs AS job
    SET state = 'waiting',
        attempt = 0,
        stop = false,
        failure = NULL,
        first_failure = NULL,
        stage = NULL,
        share = NULL,
        settled_at = NULL,
        sweeps = 0,
        swept_at = NULL,
        anew = true,
        updated_at = clock_timestamp()
    FROM before
    WHERE job.job_id = before.job_id
    RETURNING job.job_id, job.kind, job.message, before.state
),
noted AS (
    INSERT INTO cad_runner.audit (who, action, why, job_id, state)
    SELECT %(who)s, %(action)s, %(why)s, job_id, state FROM anew
)
SELECT kind, message, state FROM anew

-- published --
-- The message of a job is in its queue.
UPDATE cad_runner.jobs SET anew = false, updated_at = clock_timestamp() WHERE job_id = %(job_id)s AND anew

-- figures --
-- How many jobs are in each state, and the oldest of them.
SELECT kind, state, count(*) AS jobs, min(created_at) AS oldest,
    count(*) FILTER (WHERE state = 'running' AND lease_until < clock_timestamp()) AS expired
FROM cad_runner.jobs
WHERE state IN ('waiting', 'running') OR settled_at >= clock_timestamp() - make_interval(secs => %(since)s)
GROUP BY kind, state
ORDER BY kind, state

-- ended_attempts --
-- Attempts that ended after those that were read before, each exactly once. A page ends before the oldest transaction
-- that still runs: what it may yet add comes later in the order than anything that was given out.
SELECT run.ended_in::text AS ended_in, run.number, run.job_id, run.kind, run.attempt, run.outcome,
    run.failure ->> 'code' AS code, run.started_at, run.ended_at, run.seconds, run.source_bytes, run.bytes,
    run.peak_memory
FROM cad_runner.attempts AS run
WHERE run.ended_in < pg_snapshot_xmin(pg_current_snapshot())
    AND (run.ended_in, run.number) > (%(ended_in)s::text::xid8, %(number)s)
ORDER BY run.ended_in, run.number
LIMIT %(limit)s
