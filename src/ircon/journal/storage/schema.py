"""Schema of journal.db, version by version.

``MIGRATIONS`` has one tuple of steps for each version of the file, statements or functions. A
new version adds tables and columns with defaults, so that the version before can still read.
Never ``executescript``: it commits halfway, and a kill leaves the rest undone (62 of 200 in a
test).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Final

APPLICATION_ID: Final = 0x4952434E  # "IRCN" in the file's header
ALIASED: Final = 2  # the first version that knows an incident's identity and its alias
OLDEST_SQLITE: Final = (3, 37, 0)  # STRICT tables

_EVENT: Final = """
CREATE TABLE event (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    incident TEXT NOT NULL,
    kind TEXT NOT NULL,
    vis TEXT NOT NULL CHECK (vis IN ('internal', 'public')),
    at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    mono_ns INTEGER NOT NULL,
    boot_id TEXT NOT NULL,
    host TEXT NOT NULL,
    actor TEXT NOT NULL,
    schema_v INTEGER NOT NULL,
    entry TEXT,
    payload TEXT NOT NULL,
    sha TEXT NOT NULL
) STRICT
"""

_OUTBOX: Final = """
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    op TEXT NOT NULL UNIQUE,
    incident TEXT NOT NULL,
    page TEXT NOT NULL,
    page_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload BLOB NOT NULL,
    payload_sha TEXT NOT NULL,
    event TEXT NOT NULL,
    state TEXT NOT NULL,
    moves INTEGER NOT NULL,
    queued_at TEXT NOT NULL,
    base_ids TEXT,
    attempts INTEGER NOT NULL,
    not_before TEXT,
    hold_until TEXT,
    t_unknown TEXT,
    good_reads INTEGER NOT NULL,
    remote_id TEXT,
    remote_incident TEXT,
    "by" TEXT,
    error TEXT,
    rate_limited INTEGER NOT NULL,
    quiet INTEGER NOT NULL,
    boot_id TEXT NOT NULL,
    boot_ns INTEGER NOT NULL,
    mono_ns INTEGER NOT NULL,
    sha TEXT NOT NULL
) STRICT
"""

_DRAFT: Final = """
CREATE TABLE draft (
    key TEXT PRIMARY KEY,
    content TEXT NOT NULL,
    saved_at TEXT NOT NULL
) STRICT
"""


Step = Callable[[sqlite3.Connection], None]


def _refusing(name: str, what: str, sentence: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {what} BEGIN SELECT RAISE(ABORT, 'ircon: {sentence}'); END"
    )


def _identify(raw: sqlite3.Connection) -> None:
    from ircon.journal.storage.migrations import identify  # once in a journal's life

    identify(raw)


EVENT_KEPT: Final = _refusing("event_kept", "UPDATE ON event", "events are never changed")
_OUTBOX_FROZEN: Final = _refusing(
    "outbox_frozen",
    "UPDATE OF seq, op, incident, page, page_id, kind, payload, payload_sha, event ON outbox",
    "what was confirmed is frozen",
)

# One entry of a page is what one operation became; an edit names the entry that it edits.
_OUTBOX_CLAIM: Final = (
    "CREATE UNIQUE INDEX outbox_claim ON outbox (page_id, remote_id)"
    " WHERE remote_id IS NOT NULL AND kind <> 'edit'"
)

# The short ids that people type, by the incident's identity; the checksum is over both.
_ALIAS: Final = """
CREATE TABLE alias (
    seq INTEGER PRIMARY KEY,
    incident TEXT NOT NULL UNIQUE,
    alias TEXT NOT NULL UNIQUE,
    sha TEXT NOT NULL
) STRICT
"""

MIGRATIONS: Final[tuple[tuple[str | Step, ...], ...]] = (
    (
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
        "INSERT INTO meta VALUES ('journal_id', lower(hex(randomblob(16))))",
        _EVENT,
        "CREATE INDEX event_of_incident ON event (incident, entry)",
        EVENT_KEPT,
        _refusing("event_stays", "DELETE ON event", "events are never deleted"),
        _OUTBOX,
        "CREATE UNIQUE INDEX outbox_claim ON outbox (remote_id) WHERE remote_id IS NOT NULL",
        "CREATE INDEX outbox_of_incident ON outbox (incident)",
        "CREATE INDEX outbox_by_state ON outbox (state)",
        _OUTBOX_FROZEN,
        _refusing("outbox_stays", "DELETE ON outbox", "operations are never deleted"),
        _DRAFT,
    ),
    (  # an incident is the ULID of its declaration; what was its only id is its alias here
        _ALIAS,
        "DROP TRIGGER event_kept",
        "DROP TRIGGER outbox_frozen",
        _identify,
        EVENT_KEPT,
        _OUTBOX_FROZEN,
        _refusing("alias_kept", "UPDATE ON alias", "an alias is never used again"),
        _refusing("alias_stays", "DELETE ON alias", "an alias is never used again"),
        "DROP INDEX outbox_claim",
        _OUTBOX_CLAIM,
    ),
)
