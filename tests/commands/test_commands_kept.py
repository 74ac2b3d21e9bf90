"""What is in the outbox is never called failed, whenever the journal's disk gives up."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

import pytest

from command_line import CommandLine
from ircon.errors import JournalError
from ircon.journal.storage.connection import Connection
from ircon.journal.storage.file import JournalFile
from practice_page import PracticePage

REASON = "The disk of the journal failed."
write = JournalFile.write


def gives_up(patched: pytest.MonkeyPatch, first: int, *, kept: bool = False) -> None:
    """Every write is refused from one on, counted from 1; ``kept``: that one is done all the same."""
    count = 0

    def refused(file: JournalFile, work: Callable[[Any], Any]) -> Any:
        nonlocal count
        count += 1
        if count < first or (kept and count == first):
            done = write(file, work)
            if count < first:
                return done
        raise JournalError(REASON, "See to the disk.")

    patched.setattr(JournalFile, "write", refused)


@pytest.fixture
def declared(ircon: CommandLine) -> CommandLine:
    assert (
        ircon("declare", "Checkout fails", "--status", "investigating", "-m", "It fails.").code == 0
    )
    return ircon


def on_page(page: PracticePage) -> list[str]:
    return [
        update["body"]
        for incident in page.manage("GET", "/incidents").json()
        for update in incident["incident_updates"]
    ]


def test_a_refusal_after_it_was_queued_is_kept_and_not_to_be_typed_again(
    declared: CommandLine, page: PracticePage
) -> None:
    words = ("update", "--status", "identified", "--json", "-m")
    met = []
    for write_ in range(2, 6):
        body = f"Refused at write {write_}."
        with pytest.MonkeyPatch.context() as patched:
            gives_up(patched, write_)
            said = declared(*words, body)
        met.append(said.document["delivery"])
        assert said.code == 75, (said.out, said.err)
        assert REASON in said.err
        if said.code:
            assert "Saved, not confirmed" in said.err
            assert "do not type it again." in said.err
            assert REASON in said.document["error"]
        declared("sync", "--timeout", "5")
        assert on_page(page).count(body) == 1
    assert met == ["queued", "queued", "sending", "published"]


def test_a_refusal_before_it_was_queued_is_an_error_that_keeps_the_text(
    declared: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    gives_up(monkeypatch, 1)
    said = declared("update", "--status", "identified", "-m", "Never queued.")
    assert (said.code, "do not type" in said.err) == (1, False)
    assert "Never queued." in said.err  # nothing takes it: it stands on the screen
    assert declared.json("outbox") == []


def test_what_a_commit_did_that_failed_in_its_last_step_is_known(
    declared: CommandLine, page: PracticePage
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        gives_up(patched, 1, kept=True)
        said = declared("update", "--status", "identified", "-m", "Queued after all.")
    assert (said.code, "do not type it again." in said.err) == (75, True)
    assert declared("sync").code == 0
    assert on_page(page).count("Queued after all.") == 1


@pytest.mark.parametrize("mode", ["IMMEDIATE", "EXCLUSIVE"])
def test_a_held_journal_is_waited_for_once_and_the_text_stands_on_the_screen(
    ircon: CommandLine, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    ircon.json("declare", "Checkout fails", "--internal")
    waited = []
    execute = Connection._patiently

    def hasty(connection: Connection, statement: str, values: Sequence[Any] = ()) -> Any:
        connection._tries = 1
        connection._raw.execute("PRAGMA busy_timeout = 1")
        try:
            return execute(connection, statement, values)
        except sqlite3.OperationalError:
            waited.append(statement)
            raise

    monkeypatch.setattr(Connection, "_patiently", hasty)
    with closing(sqlite3.connect(ircon.home / "data/journal.db", isolation_level=None)) as other:
        other.execute(f"BEGIN {mode}")
        said = ircon(
            *("update", "--status", "identified", "--title", "Orders fail"),
            *("-m", "Nobody keeps this."),
        )
    assert (said.code, len(waited)) == (1, 1)
    assert "Another process holds the journal" in said.err
    assert "could not be saved; it is printed above" in said.err
    assert said.err.splitlines().count("Nobody keeps this.") == 1
