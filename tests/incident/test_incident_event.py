"""Events: what a recording keeps of them, and what it refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import START, Recorder, recorded
from ircon.errors import Unreadable
from ircon.incident.event import KINDS, Event, entry_number
from ircon.incident.event_record import from_record, to_record

WORDS = st.text(st.characters(exclude_categories=["Cs"]))
INSTANTS = st.integers(0, 4 * 10**12).map(
    lambda milliseconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
)
COMPONENTS = st.lists(
    st.fixed_dictionaries({"id": WORDS, "name": WORDS}, optional={"status": WORDS}), max_size=2
)
TIMES = (
    *("at", "started_at", "scheduled_for", "scheduled_until", "created_at", "shown_at"),
    *("seen_before", "updated_at"),
)
VALUES = {
    str: WORDS,
    int: st.integers(),
    bool: st.booleans(),
    list: st.lists(WORDS, max_size=2),
    dict: st.dictionaries(WORDS, WORDS, max_size=2),
}


def values(name: str, wanted: type | tuple[type, ...]) -> st.SearchStrategy:
    """What a field of this name and type may hold."""
    if name in TIMES:
        return INSTANTS.map(datetime.isoformat)
    if name in {"components", "deleted_components"}:
        return COMPONENTS
    return VALUES[wanted[0] if isinstance(wanted, tuple) else wanted]


@st.composite
def events(draw) -> Event:
    kind = draw(st.sampled_from(sorted(KINDS)))
    fields = KINDS[kind].fields.items()
    payload = {
        spec.rstrip("?"): draw(values(spec.rstrip("?"), wanted))
        for spec, wanted in fields
        if not spec.endswith("?") or draw(st.booleans())
    }
    at, recorded_at = draw(INSTANTS), draw(INSTANTS)
    return Recorder().make(kind, payload, at=at, recorded_at=recorded_at, actor=draw(WORDS))


@given(events())
def test_a_recording_gives_back_what_was_recorded(event):
    assert recorded(event) == event


def good(**changes: object) -> dict:
    record = Recorder()
    record.declared()
    return to_record(record.note("n")) | changes


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (good(id="n1"), "not a ULID"),
        (good(id=7), "without 'id'"),
        (good(kind=None), "without 'kind'"),
        (good(visibility="secret"), "neither internal nor public"),
        (good(visibility="public"), "is internal, always"),
        (good(at="tomorrow"), "not a time"),
        (good(at="2026-03-02T09:00:00"), "not a time"),
        (good(recorded_at="0001-01-01T00:00:00+14:00"), "not a time"),
        (good(payload=[1]), "not a table"),
        (good(payload={"text": "x"}), "without 'source'"),
        (good(payload={"text": 5, "source": "typed"}), "'text' is int"),
        (good(payload={"text": "x", "source": "y", "exit_code": True}), "'exit_code' is bool"),
        (good(kind="milestone", payload={}), "without 'name'"),
        (good(kind="amended", payload={"target": "x", "at": "noon"}), "not a time"),
        (
            good(
                kind="declared",
                payload={"name": "a", "kind": "b", "status": "c", "components": [{"id": "x"}]},
            ),
            "component without id and name",
        ),
    ],
)
def test_a_record_of_another_shape_is_refused_with_what_is_wrong(record, said):
    with pytest.raises(Unreadable, match=said):
        from_record(record, "k7f2")


@given(
    st.dictionaries(
        st.sampled_from(["id", "at", "recorded_at", "kind", "visibility", "actor", "payload"]),
        st.none() | st.integers() | WORDS | st.lists(WORDS) | st.dictionaries(WORDS, WORDS),
    )
)
def test_nothing_in_a_record_makes_it_fail_in_another_way(changes):
    try:
        from_record(good() | changes, "k7f2")
    except Unreadable as refused:
        assert str(refused)  # noqa: PT017 - most examples are refused, some are not


def test_a_kind_of_tomorrow_is_kept_as_it_is():
    record = good(kind="from_the_future", payload={"components": 5, "x": [1, {"y": "\ud83d"}]})
    event = from_record(record, "k7f2")
    assert event.payload == {"components": 5, "x": [1, {"y": "?"}]}
    assert not event.is_known


def test_foreign_actors_and_words_lose_their_lone_surrogates():
    event = from_record(good(actor="a\ud83d", payload={"text": "\udfff", "source": "x"}), "k7f2")
    assert (event.actor, event.payload["text"]) == ("a?", "?")


@pytest.mark.parametrize(
    ("entry", "number"),
    [
        ("n12", 12),
        ("u3b", 3),
        ("n12zb", 12),
        ("", 0),
        ("n", 0),
        ("n²", 0),
        ("n" + "9" * 5000, 0),
        ("nn", 0),
    ],
)
def test_the_number_of_an_entry_is_read_or_zero(entry, number):
    assert entry_number(entry) == number


def test_the_readers_of_a_payload_take_only_what_fits():
    event = Recorder().make(
        "note",
        {"a": "", "b": 5, "c": "x", "d": True, "e": 10**400, "f": float("nan"), "g": 1.5,
         "at": iso_of(START), "h": "noon", "components": [{"id": "1", "name": "API"}, {"id": 2}]},
        hostile=True,
    )  # fmt: skip
    assert [event.text(name) for name in "abcx"] == [None, None, "x", None]
    assert [event.integer(name) for name in "bcd"] == [5, None, None]
    assert [event.number(name) for name in "bdefg"] == [5.0, 1.0, None, None, 1.5]
    assert [event.instant(name) for name in ("at", "h", "b")] == [START, None, None]
    assert [one.path for one in event.components()] == ["API"]


def iso_of(instant: datetime) -> str:
    return instant.isoformat()
