-- A crash that was kept. What is listed and searched stands here; everything else in its body.
CREATE TABLE crash (
    id TEXT PRIMARY KEY,
    cluster TEXT NOT NULL,
    namespace TEXT NOT NULL,
    pod TEXT NOT NULL,
    pod_uid TEXT NOT NULL,
    container TEXT NOT NULL,
    restart_count BIGINT NOT NULL,
    owner_kind TEXT NOT NULL,
    owner_name TEXT NOT NULL,
    reason TEXT NOT NULL,
    exit_code BIGINT NOT NULL,
    telling TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    loop_id TEXT NOT NULL,
    -- 1 with the log, 0 when the crash was one of a loop and only counted.
    is_full BIGINT NOT NULL,
    -- 1 inside a backup, 0 outside one, -1 unknown.
    in_backup BIGINT NOT NULL,
    is_pinned BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    -- Owner, reason and telling line in lower case, for the search.
    words TEXT NOT NULL
);
CREATE INDEX crash_by_owner ON crash (cluster, namespace, owner_kind, owner_name, at_ms);
CREATE INDEX crash_by_pod ON crash (cluster, namespace, pod, container, at_ms);
CREATE INDEX crash_by_time ON crash (at_ms);
CREATE INDEX crash_by_loop ON crash (loop_id, at_ms);

-- The body of a crash: compressed JSON.
CREATE TABLE crash_body (
    id TEXT PRIMARY KEY,
    body BYTES NOT NULL
);

-- Crashes of one pod that follow one another with one fingerprint. Its id is that of the first.
CREATE TABLE crash_loop (
    id TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    first_at_ms BIGINT NOT NULL,
    last_at_ms BIGINT NOT NULL,
    crashes BIGINT NOT NULL
);
CREATE INDEX crash_loop_by_time ON crash_loop (last_at_ms);

-- How far each container has been counted, so that no crash is counted twice.
CREATE TABLE counted (
    cluster TEXT NOT NULL,
    pod_uid TEXT NOT NULL,
    container TEXT NOT NULL,
    restart_count BIGINT NOT NULL,
    loop_id TEXT NOT NULL,
    last_at_ms BIGINT NOT NULL,
    PRIMARY KEY (cluster, pod_uid, container)
);
CREATE INDEX counted_by_time ON counted (last_at_ms);

-- Crashes of one kind.
CREATE TABLE kind (
    fingerprint TEXT PRIMARY KEY,
    cluster TEXT NOT NULL,
    namespace TEXT NOT NULL,
    owner_kind TEXT NOT NULL,
    owner_name TEXT NOT NULL,
    container TEXT NOT NULL,
    first_at_ms BIGINT NOT NULL,
    last_at_ms BIGINT NOT NULL,
    crashes BIGINT NOT NULL
);
CREATE INDEX kind_by_owner ON kind (cluster, namespace, owner_kind, owner_name);

-- The same by the hour.
CREATE TABLE tally (
    fingerprint TEXT NOT NULL,
    hour_ms BIGINT NOT NULL,
    crashes BIGINT NOT NULL,
    in_backup BIGINT NOT NULL,
    PRIMARY KEY (fingerprint, hour_ms)
);
CREATE INDEX tally_by_hour ON tally (hour_ms);

-- A page that somebody shared.
CREATE TABLE page (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    cluster TEXT NOT NULL,
    namespace TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    is_pinned BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    body BYTES NOT NULL
);
CREATE INDEX page_by_time ON page (at_ms);

-- What is no longer kept, and what it was.
CREATE TABLE gone (
    id TEXT PRIMARY KEY,
    what TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    gone_at_ms BIGINT NOT NULL,
    -- Another crash that stands for it: the first of its loop. Empty without one.
    instead TEXT NOT NULL
);
CREATE INDEX gone_by_time ON gone (gone_at_ms);

-- One firing of one alert.
CREATE TABLE incident (
    id TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    alertname TEXT NOT NULL,
    cluster TEXT NOT NULL,
    namespace TEXT NOT NULL,
    pod TEXT NOT NULL,
    starts_at_ms BIGINT NOT NULL,
    -- 0 while it fires.
    ends_at_ms BIGINT NOT NULL,
    heard_at_ms BIGINT NOT NULL,
    heard_by TEXT NOT NULL,
    is_end_alone BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX incident_by_time ON incident (starts_at_ms);
CREATE INDEX incident_by_place ON incident (cluster, namespace, starts_at_ms);

CREATE TABLE entry (
    id TEXT PRIMARY KEY,
    incident TEXT NOT NULL,
    kind TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    who TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX entry_by_incident ON entry (incident, at_ms);

-- Work that one process at a time does.
CREATE TABLE claim (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until_ms BIGINT NOT NULL
);
