"""The recorder stamps what happened with who, where and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ircon.incident.recorder import Recorder

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class StoppedClock:
    boot_id = "boot-1"

    def now(self) -> datetime:
        return NOW

    def monotonic_ns(self) -> int:
        return 77

    def boot_ns(self) -> int:
        return 78


@pytest.fixture
def recorder() -> Recorder:
    return Recorder(StoppedClock(), bytes, actor="ada", host="laptop")


def test_an_event_says_who_recorded_it_where_and_when(recorder):
    earlier = NOW - timedelta(minutes=10)
    event = recorder.event("k7f2", "note", {"text": "n", "source": "typed"}, at=earlier)
    assert (event.at, event.recorded_at) == (earlier, NOW)
    assert (event.actor, event.host, event.boot_id, event.mono_ns) == (
        "ada",
        "laptop",
        "boot-1",
        77,
    )


def test_who_may_see_it_is_never_left_open(recorder):
    with pytest.raises(ValueError, match="needs a visibility"):
        recorder.event("k7f2", "declared", {"name": "a"})
    assert recorder.event("k7f2", "declared", {}, visibility="internal").visibility == "internal"


def test_the_kind_decides_who_may_see_it_where_it_always_does(recorder):
    assert recorder.event("k7f2", "note", {}, visibility="public").visibility == "internal"


def test_what_is_kept_can_be_written_anywhere(recorder):
    event = recorder.event(
        "k7f2", "note", {"text": "\ud83d", "author": None, "components": [{"name": "\udfff"}]}
    )
    assert event.payload == {"text": "?", "components": [{"name": "?"}]}


def test_events_of_one_instant_sort_as_they_were_made(recorder):
    ids = [recorder.event("k7f2", "note", {}).id for _ in range(3)]
    assert ids == sorted(set(ids))
