-- What is known of the health of a dependency, shared by all runners.

CREATE TABLE cad_runner.circuit (
    dependency text PRIMARY KEY,
    -- Counts the changes; whoever writes names the one that was read.
    version bigint NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
    -- While open: when the next probe is due.
    probe_at timestamptz,
    probe text,
    opened_at timestamptz,
    openings bigint NOT NULL DEFAULT 0,
    error text,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT circuit_probe_is_open CHECK (probe IS NULL OR probe_at IS NOT NULL),
    CONSTRAINT circuit_open_has_time CHECK ((probe_at IS NULL) = (opened_at IS NULL))
);
