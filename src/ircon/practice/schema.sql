-- The practice page's own file. `number` gives the order of creation; `id` is what the API shows.
-- Instants are text as times.stamp writes them. Booleans and JSON are named in store.py.

CREATE TABLE page (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    token       TEXT NOT NULL,
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL
);

CREATE TABLE subscribers (
    number      INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    email       TEXT NOT NULL,
    created_at  TEXT NOT NULL
);

CREATE TABLE component_groups (
    number      INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    description TEXT,
    position    INTEGER NOT NULL,
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL
);

CREATE TABLE components (
    number                INTEGER PRIMARY KEY,
    id                    TEXT NOT NULL UNIQUE,
    group_id              TEXT REFERENCES component_groups (id),
    name                  TEXT NOT NULL,
    description           TEXT,
    status                TEXT NOT NULL,
    position              INTEGER NOT NULL,
    showcase              INTEGER NOT NULL,
    only_show_if_degraded INTEGER NOT NULL,
    start_date            TEXT,
    created_at            TEXT NOT NULL,
    updated_at            TEXT NOT NULL
);
CREATE INDEX components_by_group ON components (group_id, position);

-- AUTOINCREMENT: the feed's entry ids are made of these numbers, so none is ever used twice.
CREATE TABLE incidents (
    number                                        INTEGER PRIMARY KEY AUTOINCREMENT,
    id                                            TEXT NOT NULL UNIQUE,
    name                                          TEXT NOT NULL,
    status                                        TEXT NOT NULL,
    computed_impact                               TEXT NOT NULL,
    impact_override                               TEXT,
    metadata                                      TEXT NOT NULL,
    created_at                                    TEXT NOT NULL,
    updated_at                                    TEXT NOT NULL,
    monitoring_at                                 TEXT,
    resolved_at                                   TEXT,
    reminder_intervals                            TEXT,
    scheduled_for                                 TEXT,
    scheduled_until                               TEXT,
    scheduled_remind_prior                        INTEGER NOT NULL DEFAULT FALSE,
    scheduled_auto_in_progress                    INTEGER NOT NULL DEFAULT FALSE,
    scheduled_auto_completed                      INTEGER NOT NULL DEFAULT FALSE,
    auto_transition_to_maintenance_state          INTEGER,
    auto_transition_to_operational_state          INTEGER,
    auto_transition_deliver_notifications_at_start INTEGER,
    auto_transition_deliver_notifications_at_end  INTEGER
);
CREATE INDEX incidents_by_status ON incidents (status, created_at);
CREATE INDEX incidents_by_time ON incidents (created_at);

CREATE TABLE incident_components (
    incident_id  TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    component_id TEXT NOT NULL REFERENCES components (id) ON DELETE CASCADE,
    PRIMARY KEY (incident_id, component_id)
);
CREATE INDEX incident_components_by_component ON incident_components (component_id);

CREATE TABLE incident_updates (
    number                INTEGER PRIMARY KEY,
    id                    TEXT NOT NULL UNIQUE,
    incident_id           TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    status                TEXT NOT NULL,
    body                  TEXT NOT NULL,
    affected_components   TEXT,
    deliver_notifications INTEGER NOT NULL,
    wants_twitter_update  INTEGER NOT NULL DEFAULT FALSE,
    created_at            TEXT NOT NULL,
    updated_at            TEXT NOT NULL,
    display_at            TEXT NOT NULL
);
CREATE INDEX incident_updates_by_incident ON incident_updates (incident_id, number);

CREATE TABLE postmortems (
    incident_id           TEXT PRIMARY KEY REFERENCES incidents (id) ON DELETE CASCADE,
    preview_key           TEXT NOT NULL,
    body                  TEXT,
    body_updated_at       TEXT,
    body_draft            TEXT NOT NULL,
    body_draft_updated_at TEXT NOT NULL,
    published_at          TEXT,
    notify_subscribers    INTEGER NOT NULL DEFAULT FALSE,
    notify_twitter        INTEGER NOT NULL DEFAULT FALSE,
    custom_tweet          TEXT,
    created_at            TEXT NOT NULL,
    updated_at            TEXT NOT NULL
);

CREATE TABLE templates (
    number                    INTEGER PRIMARY KEY,
    id                        TEXT NOT NULL UNIQUE,
    name                      TEXT NOT NULL,
    title                     TEXT NOT NULL,
    body                      TEXT NOT NULL,
    group_id                  TEXT,
    update_status             TEXT,
    should_tweet              INTEGER NOT NULL,
    should_send_notifications INTEGER NOT NULL,
    component_ids             TEXT NOT NULL
);

CREATE TABLE mails (
    number      INTEGER PRIMARY KEY,
    incident_id TEXT NOT NULL,
    sent_at     TEXT NOT NULL,
    recipients  INTEGER NOT NULL,
    subject     TEXT NOT NULL,
    body        TEXT NOT NULL
);
