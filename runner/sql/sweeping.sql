-- What the sweeper reads and writes.

-- only_me --
-- Whether this is the one sweeper; it is until "no_more", or until its connection ends.
SELECT pg_try_advisory_lock(%(key)s) AS mine

-- no_more --
-- Let another sweeper begin.
SELECT pg_advisory_unlock(%(key)s)

-- strays --
-- Jobs that nobody works on and that have been still for a while, and those that somebody let begin anew: their message
-- is in no queue, as far as a row can tell. Each sweep of a job doubles the wait for its next one, up to 32 times.
SELECT job_id, kind, message, state, still_since, anew
FROM (
    SELECT job_id, kind, message, state, sweeps, anew,
        greatest(updated_at, CASE state WHEN 'running' THEN lease_until END, swept_at) AS still_since
    FROM cad_runner.jobs
    WHERE state IN ('waiting', 'running')
) AS job
WHERE kind = %(kind)s
    AND job_id > %(after)s
    AND (
        anew
        OR still_since < clock_timestamp() - make_interval(secs => %(still)s * 2 ^ least(sweeps, 5))
    )
ORDER BY job_id
LIMIT %(limit)s

-- swept --
-- The message of a job was published again.
UPDATE cad_runner.jobs
SET swept_at = clock_timestamp(), sweeps = sweeps + 1, anew = false
WHERE job_id = %(job_id)s AND state IN ('waiting', 'running')

-- full --
-- Jobs whose results are kept no longer, the oldest first, and whether what they made was made again by others, or may be.
SELECT job.job_id, job.settled_at, job.result,
    EXISTS (
        SELECT FROM cad_runner.jobs AS other
        WHERE other.result_path = job.result_path
            AND other.emptied_at IS NULL
            AND (other.settled_at, other.job_id) > (job.settled_at, job.job_id)
    ) OR EXISTS (
        SELECT FROM cad_runner.jobs AS other
        WHERE other.job_id <> job.job_id
            AND other.state IN ('waiting', 'running')
            AND other.message ->> 'target_prefix' = job.message ->> 'target_prefix'
    ) AS shared
FROM cad_runner.jobs AS job
WHERE job.state = 'completed'
    AND job.emptied_at IS NULL
    AND job.settled_at < clock_timestamp() - make_interval(secs => %(age)s)
ORDER BY job.settled_at, job.job_id
LIMIT %(limit)s

-- emptied --
-- What a job made was deleted.
UPDATE cad_runner.jobs SET emptied_at = clock_timestamp() WHERE job_id = %(job_id)s AND state = 'completed'

-- forget --
-- Delete the rows of settled jobs that are kept no longer, the oldest first; of completed ones only where their results
-- are kept for ever, or were deleted.
DELETE FROM cad_runner.jobs
WHERE job_id IN (
    SELECT job_id FROM cad_runner.jobs
    WHERE settled_at < clock_timestamp() - make_interval(secs => %(age)s)
        AND (%(full)s OR state <> 'completed' OR emptied_at IS NOT NULL)
    ORDER BY settled_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
RETURNING job_id

-- forget_audit --
-- Delete old notes of what people did.
DELETE FROM cad_runner.audit WHERE at < clock_timestamp() - make_interval(secs => %(age)s)
