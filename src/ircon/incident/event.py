"""Events: the records of the journal, from which everything else is computed.

``KINDS`` is the whole vocabulary: what may happen to an incident, who may see
it, and what is recorded about it. A new kind is one new row here and one new
handler in the fold.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from string import ascii_lowercase
from typing import Any, Final, NamedTuple

from ircon.errors import Unreadable
from ircon.incident.components import ComponentChange
from ircon.incident.times import parse_iso

SCHEMA_VERSION: Final = 1
INTERNAL: Final = "internal"
PUBLIC: Final = "public"

Payload = Mapping[str, Any]


class EventKind(NamedTuple):
    """A row of ``KINDS``.

    ``prefix`` begins the id of such a timeline entry (``n12``); kinds without one
    have no entry. ``visibility`` is ``None`` where each event has its own.
    ``fields`` names what a payload may hold, as ``name: types``; a trailing ``?``
    marks an optional field. ``summarised`` kinds change the list of incidents.
    """

    prefix: str | None
    visibility: str | None
    fields: Mapping[str, type | tuple[type, ...]]
    summarised: bool
    meaning: str


_NUMBER: Final = (int, float)

KINDS: Final[Mapping[str, EventKind]] = {
    "declared": EventKind(
        "d",
        None,
        {
            "name": str,
            "page?": str,
            "kind": str,
            "status": str,
            "severity?": str,
            "impact?": str,
            "started_at?": str,
            "scheduled_for?": str,
            "scheduled_until?": str,
            "remind?": bool,
            "components?": list,
            "origin?": str,
        },
        True,
        "an incident or a maintenance was opened; public unless declared --internal",
    ),
    "update": EventKind(
        "u",
        PUBLIC,
        {
            "status": str,
            "body": str,
            "title?": str,
            "page?": str,
            "components": list,
            "notify": bool,
            "origin": str,
            "op?": str,
            "remote_id?": str,
            "created_at?": str,
            "shown_at?": str,
            "author?": str,
            "impact?": str,
            "reason?": str,
            "template?": str,
            "key?": str,
        },
        True,
        "a public update: written here (op), observed on the page, or imported",
    ),
    "delivery": EventKind(
        None,
        INTERNAL,
        {
            "op": str,
            "move": int,
            "state": str,
            "event": str,
            "remote_id?": str,
            "remote_incident?": str,
            "error?": str,
            "server_time?": str,
            "impact?": str,
            "notice?": str,
            "candidates?": list,
        },
        True,
        "an outbox operation changed its delivery state (docs/delivery.md)",
    ),
    "page_changed": EventKind(
        "e",
        PUBLIC,
        {
            "remote_id?": str,
            "body?": str,
            "status?": str,
            "shown_at?": str,
            "deleted?": bool,
            "name?": str,
            "impact?": str,
            "scheduled_for?": str,
            "scheduled_until?": str,
            "components?": list,
            "deleted_components?": list,
            "was?": dict,
            "seen_before?": str,
            "updated_at?": str,
        },
        True,
        "the page shows a change that no update here made: of an update (remote_id) or of the"
        " incident, with the values before (was) and the time of the last unchanged answer"
        " (seen_before)",
    ),
    "note": EventKind(
        "n",
        INTERNAL,
        {
            "text": str,
            "source": str,
            "command?": str,
            "exit_code?": int,
            "seconds?": _NUMBER,
            "author?": str,
        },
        False,
        "an internal timeline entry",
    ),
    "milestone": EventKind(
        "m",
        INTERNAL,
        {"name": str},
        True,
        "a time of the impact was marked: started, detected, acknowledged or ended",
    ),
    "role": EventKind(
        "r", INTERNAL, {"role": str, "person": str}, False, "a role was assigned or given up"
    ),
    "handover": EventKind("h", INTERNAL, {"text": str, "person?": str}, False, "a handover"),
    "action": EventKind(
        "a",
        INTERNAL,
        {"text": str, "owner?": str, "due?": str, "ticket?": str},
        False,
        "a follow-up action",
    ),
    "action_done": EventKind(
        None, INTERNAL, {"action": str, "done": bool}, False, "a follow-up action was done"
    ),
    "pinned": EventKind(
        None,
        INTERNAL,
        {"target": str, "pinned": bool},
        False,
        "an entry was pinned for the postmortem",
    ),
    "changed": EventKind(
        "s",
        INTERNAL,
        {"severity?": str, "name?": str},
        True,
        "the severity or the working name changed",
    ),
    "closed": EventKind(
        "c",
        INTERNAL,
        {"reason?": str},
        True,
        "the incident was closed here; nothing was posted to the page",
    ),
    "check_silenced": EventKind(
        None,
        INTERNAL,
        {"rule": str, "reason": str},
        False,
        "a rule of the checks was silenced here, with a reason; without one, it counts again",
    ),
    "amended": EventKind(
        None,
        INTERNAL,
        {"target": str, "text?": str, "at?": str},
        True,
        "an internal entry was corrected; the journal holds both versions",
    ),
    "retracted": EventKind(
        None, INTERNAL, {"target": str, "reason?": str}, True, "an internal entry was retracted"
    ),
    "postmortem_saved": EventKind(
        "p",
        INTERNAL,
        {"body": str, "template?": str, "audience": str},
        True,
        "a saved version of the postmortem draft",
    ),
    "postmortem": EventKind(
        "q",
        PUBLIC,
        {
            "body": str,
            "origin": str,
            "op?": str,
            "notify?": bool,
            "remote_id?": str,
            "created_at?": str,
            "shown_at?": str,
            "reason?": str,
            "key?": str,
        },
        True,
        "a public postmortem: written here (op), observed on the page, or imported",
    ),
    "source": EventKind(
        None,
        INTERNAL,
        {
            "format": str,
            "name": str,
            "text": str,
            "digest": str,
            "warnings": list,
            "remote_id?": str,
            "page_id?": str,
            "url?": str,
        },
        False,
        "the document of an imported incident, verbatim",
    ),
}

_TIMES: Final = frozenset(
    {
        *("at", "started_at", "scheduled_for", "scheduled_until", "created_at", "shown_at"),
        *("seen_before", "updated_at"),
    }
)
MAX_DIGITS: Final = 9  # of an entry's number at most; a foreign recording may hold anything


class Event(NamedTuple):
    """One thing that happened to one incident; never changed once stored.

    Attributes:
        id: a ULID, unique across machines.
        incident: the incident's short id in this journal; its identity everywhere is
            the id of its ``declared`` event.
        kind: a key of ``KINDS``; others are stored and skipped by the fold.
        visibility: ``internal`` or ``public``; there is no default.
        at: when it happened (a later ``amended`` may correct it).
        recorded_at: when it was recorded.
        actor: the user name of who did it.
        payload: the fields ``KINDS`` names for the kind, JSON values.
        entry: its id in the timeline, ``n12``; given by the journal where the kind
            has a prefix, unique per incident, never reused.
        host: the machine; boot_id and mono_ns: its boot, and its monotonic clock.
        seq: the row number in this journal, once stored; orders sending only.
    """

    id: str
    incident: str
    kind: str
    visibility: str
    at: datetime
    recorded_at: datetime
    actor: str
    payload: Payload
    entry: str | None = None
    host: str = ""
    boot_id: str = ""
    mono_ns: int = 0
    seq: int | None = None

    def as_stored(self, *, entry: str | None, seq: int | None) -> Event:
        """Return the event with the entry id and the sequence number the journal gave it."""
        return self._replace(entry=entry, seq=seq)

    @property
    def is_known(self) -> bool:
        """Whether the kind is known here, and the visibility is the kind's."""
        row = KINDS.get(self.kind)
        return row is not None and row.visibility in {None, self.visibility}

    def text(self, name: str) -> str | None:
        """Return a text field of the payload; None where it is missing, empty or not a text.

        Readers of the payload never raise: an older or a newer ircon may have used
        a field for something else.
        """
        value = self.payload.get(name)
        return value if isinstance(value, str) and value else None

    def instant(self, name: str) -> datetime | None:
        """Return a time in the payload as an aware UTC datetime; None for any other value."""
        try:
            return parse_iso(self.text(name) or "")
        except (ValueError, OverflowError):
            return None

    def integer(self, name: str) -> int | None:
        """Return a whole number in the payload; None for any other value."""
        value = self.payload.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def number(self, name: str) -> float | None:
        """Return a number in the payload; None for any other value."""
        value = self.payload.get(name)
        try:
            return float(value) if isinstance(value, _NUMBER) and isfinite(value) else None
        except OverflowError:
            return None

    def components(self) -> tuple[ComponentChange, ...]:
        """Return the components in the payload; other values are left out."""
        return self._changes("components")

    def deleted_components(self) -> tuple[ComponentChange, ...]:
        """Return the components in the payload that a page no longer has."""
        return self._changes("deleted_components")

    def _changes(self, name: str) -> tuple[ComponentChange, ...]:
        listed = self.payload.get(name)
        if not isinstance(listed, (list, tuple)):
            return ()
        return tuple(ComponentChange.from_payload(item) for item in listed if _is_component(item))


def entry_number(entry: str) -> int:
    """Return the number in an entry's id: 12 for ``n12`` and ``n12b``; 0 without one."""
    digits = entry[1:].rstrip(ascii_lowercase)
    return int(digits) if digits.isdecimal() and len(digits) <= MAX_DIGITS else 0


def check_payload(kind: str, payload: Payload) -> None:
    """Validate a payload by its row of ``KINDS``.

    Raises:
        Unreadable: a field is missing, of a wrong type, or not a JSON value.
    """
    row = KINDS.get(kind)
    if row is None:
        return
    for spec, wanted in row.fields.items():
        name = spec.rstrip("?")
        value = payload.get(name)
        if value is not None:
            _check_field(kind, name, value, wanted)
        elif not spec.endswith("?"):
            raise Unreadable(f"a {kind} event without {name!r}")


def _check_field(kind: str, name: str, value: Any, wanted: type | tuple[type, ...]) -> None:
    fits = isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))
    if not fits:
        raise Unreadable(f"a {kind} event whose {name!r} is {type(value).__name__}")
    if name in _TIMES:
        parse_field_time(value, name)
    if name in {"components", "deleted_components"} and not all(
        _is_component(item) for item in value
    ):
        raise Unreadable(f"a {kind} event with a component without id and name")


def _is_component(item: Any) -> bool:
    return isinstance(item, Mapping) and all(
        isinstance(item.get(name), str) for name in ("id", "name")
    )


def parse_field_time(text: str, name: str) -> datetime:
    """Parse the time in a field of a record.

    Raises:
        Unreadable: it is not an ISO 8601 instant with an offset; names the field.
    """
    try:
        return parse_iso(text)
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"{name} is not a time: {text[:60]!r}") from error
