"""One's own editor: what it wrote comes back, what it failed at is kept."""

from __future__ import annotations

import stat
from contextlib import nullcontext
from pathlib import Path

import pytest
from frames import offline

from ircon.console.external_editor import edit
from ircon.errors import Refused
from terminal import Terminal


def script(folder: Path, body: str) -> str:
    """An editor that does this to the file in $1."""
    path = folder / "my editor"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o700)
    return f"'{path}' --wait"


def test_the_editor_gets_a_private_markdown_file_and_its_words_come_back(tmp_path: Path):
    editor = script(tmp_path, f'cp -p "$2" {tmp_path}/seen.md; printf "%s" "It works. é" > "$2"')
    assert edit("It fails.", {"EDITOR": editor}, nullcontext) == "It works. é"
    seen = tmp_path / "seen.md"
    assert seen.read_text() == "It fails."
    assert stat.S_IMODE(seen.stat().st_mode) == 0o600


def test_the_line_break_that_editors_add_at_the_end_is_not_words(tmp_path: Path):
    editor = script(tmp_path, 'printf "one\\ntwo\\n" > "$2"')
    assert edit("one", {"EDITOR": editor}, nullcontext) == "one\ntwo"


def test_untouched_words_stay_exactly_as_they_were(tmp_path: Path):
    words = "kept\r\n\udcff\u202e"
    assert edit(words, {"EDITOR": script(tmp_path, ":")}, nullcontext) is words


def test_visual_comes_before_editor(tmp_path: Path):
    visual = script(tmp_path, 'printf "from visual" > "$2"')
    found = edit("", {"VISUAL": visual, "EDITOR": "false"}, nullcontext)
    assert found == "from visual"


def test_what_a_failing_editor_wrote_is_kept_and_named(tmp_path: Path):
    editor = script(tmp_path, 'printf "half a thought" > "$2"; exit 3')
    with pytest.raises(Refused, match="ended with code 3") as caught:
        edit("before", {"EDITOR": editor}, nullcontext)
    kept = Path(caught.value.hint.rpartition(" ")[2].rstrip("."))
    # the name ends in .md, and so does the sentence in a full stop
    kept = kept if kept.suffix == ".md" else kept.with_suffix(".md")
    assert kept.read_text() == "half a thought"
    kept.unlink()


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "No editor is set"),
        ({"EDITOR": "  "}, "No editor is set"),
        ({"EDITOR": "vim 'unclosed"}, "cannot be read"),
        ({"EDITOR": "/no/such/editor"}, "failed"),
    ],
)
def test_an_editor_that_cannot_be_had_is_said(environment: dict[str, str], said: str):
    with pytest.raises(Refused, match=said):
        edit("words", environment, nullcontext)


def test_a_round_trip_from_the_composer(tmp_path: Path):
    with offline(tmp_path) as bench:
        pass
    editor = script(tmp_path, 'printf " Cards [fail] 日本." >> "$2"')
    with Terminal(bench.home, size=(100, 30), env={"VISUAL": editor}) as terminal:
        terminal.until("No incidents yet")
        terminal.type("n")
        terminal.until("Declare an incident")
        terminal.type("Checkout fails")
        terminal.until("Checkout fails")
        terminal.type("\r")
        terminal.read(0.3)  # what comes with it at once would be a paste
        terminal.type("Before.")
        terminal.until("Before.")
        terminal.type("\x1bOS")  # F4
        seen = terminal.until("Before. Cards [fail]")
        assert "Checkout fails" in seen
        terminal.type("\x1b")
        terminal.until("Saved as a draft")
        terminal.type("q")
        terminal.until("1 draft not sent")
        terminal.type("\r")
        assert terminal.wait() == 0
        assert terminal.is_restored()
    desk = bench.open()
    draft = desk.saved_drafts.load("declare")
    desk.close()
    assert draft is not None
    assert draft["body"] == "Before. Cards [fail] 日本."
