"""Recordings that claim more than is theirs: what is here stays as it is, and nothing is sent."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest
import tomli_w

from command_line import CommandLine

_ULID = "01JQ2M3Q9VJ3V000000000"
_FIGURES = "metrics"  # counted up to now


def an_event(number: int, kind: str, visibility: str, payload: dict, **more: object) -> dict:
    when = "2026-03-02T03:12:00Z"
    event = {"id": f"{_ULID}{number:04d}", "at": when, "recorded_at": when, "kind": kind}
    return event | {"visibility": visibility, "actor": "mallory", "payload": payload} | more


def a_declaration(number: int, name: str = "Search is slow") -> dict:
    payload = {"name": name, "kind": "incident", "status": "investigating", "origin": "ircon"}
    return an_event(number, "declared", "public", payload)


def an_update(number: int, **more: object) -> dict:
    payload = {"status": "resolved", "body": "All is well.", "components": [], "notify": False}
    return an_event(number, "update", "public", payload | {"origin": "observed"} | more)


def a_note(number: int, text: str = "theirs") -> dict:
    return an_event(number, "note", "internal", {"text": text, "source": "typed"})


class Foreign:
    """Writes recordings beside an exported one of our own."""

    def __init__(self, folder: Path, own: dict) -> None:
        self._folder = folder
        self.own = own

    def events(self, kind: str) -> list[dict]:
        return [event for event in self.own["event"] if event["kind"] == kind]

    def write(self, *events: dict, incident: str = "") -> str:
        path = self._folder / "foreign.toml"
        head = {"format": 1, "incident": {"id": incident or self.own["incident"]["id"]}}
        path.write_text(tomli_w.dumps(head | {"event": list(events)}))
        return str(path)


@pytest.fixture
def ours(ircon):
    """A public incident of ours, with a note."""
    incident = ircon("declare", "Checkout fails", "-m", "We are looking.").out.split()[0]
    ircon("note", incident, "the disk of db-2 is full")
    return incident


@pytest.fixture
def foreign(ircon, ours, tmp_path):
    path = tmp_path / "own.toml"
    ircon("export", ours, "--format", "toml", "-o", str(path))
    return Foreign(tmp_path, tomllib.loads(path.read_text()))


def standing(ircon: CommandLine, incident: str) -> tuple[dict, list]:
    shown = ircon.json("show", incident)
    return {name: shown[name] for name in shown if name != _FIGURES}, ircon.json("outbox")


ADDED = {
    "a resolved of the page": [an_update(1, remote_id="zz1")],
    "an update of ours that nobody sent": [an_update(1, origin="ircon", op="feed" * 5)],
    "an end": [an_event(1, "closed", "internal", {"reason": "by somebody"})],
    "that the page deleted it": [an_event(1, "page_changed", "public", {"deleted": True})],
    "a postmortem": [
        an_event(1, "postmortem", "public", {"body": "It was you.", "origin": "observed"})
    ],
}


@pytest.mark.parametrize("added", ADDED.values(), ids=ADDED)
def test_an_import_adds_nothing_to_an_incident_of_our_own(ircon, ours, foreign, added):
    before = standing(ircon, ours)
    said = ircon("import", foreign.write(*foreign.events("declared"), *added))
    assert said.code == 1
    assert ours in said.err
    assert "merge" in said.err
    assert standing(ircon, ours) == before
    assert len(ircon.json("incidents")) == 1


def test_an_own_recording_as_it_was_exported_is_here_already(ircon, ours, foreign):
    said = ircon("import", foreign.write(*foreign.own["event"]))
    assert (said.code, "already imported" in said.out) == (0, True)


@pytest.mark.parametrize("verb", ["import", "merge"])
@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_a_recording_of_several_incidents_makes_one_of_none(ircon, ours, foreign, verb, first):
    before = standing(ircon, ours)
    one = foreign.events("declared")[0] if first == "ours" else a_declaration(1, "Mail is late")
    said = ircon(verb, foreign.write(one, a_declaration(2), a_note(3)))
    assert said.code == 1
    assert "several incidents" in said.err
    assert standing(ircon, ours) == before
    assert len(ircon.json("incidents")) == 1
    assert "holds" not in ircon("doctor").out


@pytest.mark.parametrize("verb", ["import", "merge"])
def test_a_declaration_under_the_id_of_our_note_brings_nothing_in(ircon, ours, foreign, verb):
    before = standing(ircon, ours)
    taken = a_declaration(1) | {"id": foreign.events("note")[0]["id"]}
    said = ircon(verb, foreign.write(taken, a_note(2), incident="m3b4"))
    assert said.code == 1
    assert ours in said.err
    assert standing(ircon, ours) == before
    assert len(ircon.json("incidents")) == 1


@pytest.mark.parametrize("verb", ["import", "merge"])
def test_entries_under_ids_of_ours_stay_ours_and_that_is_said(ircon, ours, foreign, verb):
    before = standing(ircon, ours)
    taken = a_note(1, "not what was said") | {"id": foreign.events("note")[0]["id"]}
    said = ircon(verb, foreign.write(taken, a_declaration(2), incident="m3b4"))
    assert said.code == 0
    assert "Search is slow" in said.out
    assert f"in {ours} here, and stay there" in said.err
    assert standing(ircon, ours) == before
    assert len(ircon.json("incidents")) == 2


@pytest.mark.parametrize("state", ["rejected", "queued", "unknown"])
def test_how_an_update_of_ours_went_is_not_told_by_another_machine(ircon, ours, foreign, state):
    before = standing(ircon, ours)
    op = foreign.events("update")[0]["payload"]["op"]
    told = an_event(1, "delivery", "internal", {"op": op, "move": 99, "state": state, "event": "x"})
    said = ircon("merge", foreign.write(*foreign.events("declared"), told))
    assert said.code == 0
    assert "sent from here" in said.err
    assert standing(ircon, ours) == before


@pytest.mark.parametrize("asked", ["-home", "save", "a" * 64, "k7-2", "7", "list"])
def test_a_merged_incident_is_called_what_can_be_typed(bare, tmp_path, asked):
    path = Foreign(tmp_path, {"incident": {"id": ""}}).write(a_declaration(1), incident=asked)
    said = bare("merge", path)
    called = said.out.split()[0]
    assert re.fullmatch("[a-z0-9]{4,8}", called)
    assert re.search(r"\d", called)
    assert bare.json("show", called)["name"] == "Search is slow"
    assert "nothing new" in bare("merge", path).out


def test_labels_that_are_none_are_replaced(bare, tmp_path):
    strange = ["../../x", "\x1b[31mred", "n-1", "", "u1", "n" * 900, "N4"]
    notes = [a_note(2 + at) | {"entry": label} for at, label in enumerate(strange)]
    path = Foreign(tmp_path, {"incident": {"id": ""}}).write(
        a_declaration(1), *notes, incident="m3b4"
    )
    assert bare("merge", path).code == 0
    assert [note["id"] for note in bare.json("show", "m3b4")["notes"]] == [
        f"n{number}" for number in range(1, len(strange) + 1)
    ]


def test_a_pipe_or_a_device_is_no_journal(bare, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (str(pipe), os.devnull):
        said = bare("merge", path)
        assert said.code == 1
        assert "not a file" in said.err


@pytest.mark.parametrize("events", [(), (a_note(1),), (a_note(1), an_update(2))])
def test_what_declares_no_incident_is_not_said_to_have_been_checked(ours, foreign, ircon, events):
    done = ircon("check", foreign.write(*events))
    assert done.code == 1
    assert "has no event that declares its incident" in done.err
    assert "No findings" not in done.out
