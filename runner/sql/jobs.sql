-- What runners do to jobs. Every change of a claimed job is fenced by job, attempt and owner; time is the database's.

-- claim --
-- Make a job, or take one that is free, and count the attempt; no row where it is not free (see "look").
WITH claimed AS (
    INSERT INTO cad_runner.jobs AS job
        (job_id, kind, fingerprint, message, tenant, traceparent, state, attempt, runs, owner, lease_until, claimed_at)
    VALUES (
        %(job_id)s, %(kind)s, %(fingerprint)s, %(message)s, %(tenant)s, %(traceparent)s, 'running', 1, 1, %(owner)s,
        clock_timestamp() + make_interval(secs => %(lease)s), clock_timestamp()
    )
    ON CONFLICT (job_id) DO UPDATE SET
        state = 'running',
        attempt = job.attempt + 1,
        runs = job.runs + 1,
        owner = excluded.owner,
        lease_until = clock_timestamp() + make_interval(secs => %(lease)s),
        stage = NULL,
        share = NULL,
        sweeps = 0,
        swept_at = NULL,
        anew = false,
        claimed_at = clock_timestamp(),
        updated_at = clock_timestamp()
    WHERE job.fingerprint = excluded.fingerprint
        AND (job.state = 'waiting' OR (job.state = 'running' AND job.lease_until <= clock_timestamp()))
        AND NOT job.stop
        AND job.attempt < %(attempts)s
    RETURNING job.job_id, job.kind, job.attempt, job.failure ->> 'code' AS previous
),
vanished AS (
    UPDATE cad_runner.attempts AS run
    SET outcome = 'vanished', ended_at = clock_timestamp(), ended_in = pg_current_xact_id()
    FROM claimed
    WHERE run.job_id = claimed.job_id AND run.outcome IS NULL
),
begun AS (
    INSERT INTO cad_runner.attempts (job_id, attempt, owner, kind)
    SELECT claimed.job_id, claimed.attempt, %(owner)s, claimed.kind FROM claimed
)
SELECT attempt, previous FROM claimed

-- look --
-- Why a job can't be claimed.
SELECT
    fingerprint, state, attempt, owner, stop, result, failure,
    extract(epoch FROM lease_until - clock_timestamp())::double precision AS seconds
FROM cad_runner.jobs
WHERE job_id = %(job_id)s

-- give_up --
-- Settle a job that nobody holds: as cancelled where somebody wanted it stopped, as dead where its attempts are used up.
WITH settled AS (
    UPDATE cad_runner.jobs AS job
    SET state = CASE WHEN job.stop THEN 'cancelled' ELSE 'dead' END,
        failure = CASE WHEN job.stop THEN job.failure ELSE %(failure)s END,
        first_failure = CASE WHEN job.stop THEN job.first_failure ELSE coalesce(job.first_failure, %(failure)s) END,
        owner = NULL,
        lease_until = NULL,
        settled_at = clock_timestamp(),
        updated_at = clock_timestamp()
    WHERE job.job_id = %(job_id)s
        AND (job.state = 'waiting' OR (job.state = 'running' AND job.lease_until <= clock_timestamp()))
        AND (job.stop OR job.attempt >= %(attempts)s)
    RETURNING job.job_id
)
UPDATE cad_runner.attempts AS run
SET outcome = 'vanished', ended_at = clock_timestamp(), ended_in = pg_current_xact_id()
FROM settled
WHERE run.job_id = settled.job_id AND run.outcome IS NULL

-- renew --
-- Prolong a lease and note the progress; no row where the claim is not in force.
UPDATE cad_runner.jobs
SET lease_until = clock_timestamp() + make_interval(secs => %(lease)s),
    stage = %(stage)s,
    share = %(share)s,
    updated_at = clock_timestamp()
WHERE job_id = %(job_id)s AND attempt = %(attempt)s AND owner = %(owner)s AND state = 'running'
RETURNING stop

-- settle --
-- End a claim, and note how on its attempt; no row where the claim is not in force.
WITH settled AS (
    UPDATE cad_runner.jobs
    SET state = %(state)s::text,
        attempt = attempt - %(given_back)s,
        owner = NULL,
        lease_until = NULL,
        result = %(result)s,
        result_path = %(result_path)s,
        failure = CASE WHEN %(state)s::text = 'completed' THEN NULL ELSE coalesce(%(charged_failure)s, failure) END,
        first_failure = coalesce(first_failure, %(charged_failure)s),
        settled_at = CASE WHEN %(state)s::text <> 'waiting' THEN clock_timestamp() END,
        updated_at = clock_timestamp()
    WHERE job_id = %(job_id)s AND attempt = %(attempt)s AND owner = %(owner)s AND state = 'running'
    RETURNING job_id
),
noted AS (
    UPDATE cad_runner.attempts AS run
    SET outcome = %(outcome)s,
        ended_at = clock_timestamp(),
        ended_in = pg_current_xact_id(),
        failure = %(failure)s,
        seconds = %(seconds)s,
        source_bytes = %(source_bytes)s,
        bytes = %(bytes)s,
        peak_memory = %(peak_memory)s
    FROM settled
    WHERE run.job_id = settled.job_id AND run.owner = %(owner)s AND run.outcome IS NULL
)
SELECT job_id FROM settled

-- outcome --
-- How a claim ended: for whoever ended it and did not hear the answer.
SELECT outcome FROM cad_runner.attempts WHERE job_id = %(job_id)s AND owner = %(owner)s

-- cancel --
-- Cancel a waiting job, or ask the runner of a running one to stop; gives the state that it was in.
WITH asked AS (
    UPDATE cad_runner.jobs
    SET state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END,
        stop = stop OR state = 'running',
        settled_at = CASE state WHEN 'waiting' THEN clock_timestamp() END,
        updated_at = clock_timestamp()
    WHERE job_id = %(job_id)s AND state IN ('waiting', 'running')
    RETURNING job_id, CASE state WHEN 'cancelled' THEN 'waiting' ELSE state END AS state
),
noted AS (
    INSERT INTO cad_runner.audit (who, action, why, job_id, state)
    SELECT %(who)s, 'cancel', %(why)s, job_id, state FROM asked WHERE %(who)s::text IS NOT NULL
)
SELECT state FROM asked

-- state --
-- The state of a job.
SELECT state FROM cad_runner.jobs WHERE job_id = %(job_id)s
