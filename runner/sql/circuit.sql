-- The circuits of dependencies. A change is written only over the version that it was made from.

-- read --
-- A circuit, and the time.
SELECT version, failures, extract(epoch FROM probe_at)::double precision AS probe_at, probe,
    extract(epoch FROM clock_timestamp())::double precision AS now
FROM cad_runner.circuit
WHERE dependency = %(dependency)s

-- begin --
-- A circuit that nobody knew yet.
INSERT INTO cad_runner.circuit (dependency) VALUES (%(dependency)s) ON CONFLICT DO NOTHING

-- write --
-- Change a circuit; no row where somebody else did meanwhile.
UPDATE cad_runner.circuit
SET version = version + 1,
    failures = %(failures)s,
    openings = openings + CASE WHEN probe_at IS NULL AND %(probe_at)s::double precision IS NOT NULL THEN 1 ELSE 0 END,
    opened_at = CASE WHEN %(probe_at)s::double precision IS NOT NULL THEN coalesce(opened_at, clock_timestamp()) END,
    probe_at = to_timestamp(%(probe_at)s::double precision),
    probe = %(probe)s,
    error = coalesce(%(error)s, error),
    changed_at = clock_timestamp()
WHERE dependency = %(dependency)s AND version = %(version)s
RETURNING version

-- all --
-- Every circuit, for people.
SELECT dependency, failures, probe_at, probe IS NOT NULL AS probing, opened_at, openings, error, changed_at,
    clock_timestamp() AS now
FROM cad_runner.circuit
ORDER BY dependency
