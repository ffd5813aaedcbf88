-- What goes to receivers about incidents, until it has gone or was given up.
CREATE TABLE message (
    id TEXT PRIMARY KEY,
    receiver TEXT NOT NULL,
    incident TEXT NOT NULL,
    -- known, changed, recovered.
    kind TEXT NOT NULL,
    -- The verdict's sentence that it tells.
    sentence TEXT NOT NULL,
    body TEXT NOT NULL,
    -- waiting, sent, failed.
    state TEXT NOT NULL,
    tries BIGINT NOT NULL,
    made_at_ms BIGINT NOT NULL,
    next_at_ms BIGINT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX message_by_turn ON message (state, next_at_ms);
CREATE INDEX message_by_incident ON message (incident, receiver, made_at_ms);
