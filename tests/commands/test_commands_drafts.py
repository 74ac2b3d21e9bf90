"""What a refused command leaves: nothing typed is lost, and it can be taken up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import CommandLine
from ircon.desk.factory import open_desk
from ircon.desk.saved_drafts import update_key

TEXT = "db-1 is out of 'connections'\n$(reboot) \"soon\""
PUBLIC = "Some payments fail; we are looking into it."


@pytest.fixture
def incident(bare) -> str:
    return bare.json("declare", "Checkout fails", "--internal")["incident"]


def drafts(ircon: CommandLine) -> list[dict]:
    return [one for one in ircon.json("outbox") if one["state"] == "draft"]


def in_a_shell(command: str) -> None:
    """Run a command line as a person would paste it."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    subprocess.run(["sh", "-c", command], env={**os.environ, "PATH": path}, check=True)


@pytest.mark.parametrize(
    ("words", "stdin", "why"),
    [
        (["zz99", TEXT], "", "No incident 'zz99'"),
        (["zz99", "-"], TEXT, "No incident 'zz99'"),
        ([TEXT, "--at", "25:99"], "", "is not a valid time"),
        (["x" * 100_001], "", "100,001"),
        (["three", "unquoted", "words"], "", "Expected"),
    ],
)
def test_a_refused_note_is_kept_with_where_it_is(bare, incident, words, stdin, why):
    said = bare("note", *words, stdin=stdin)
    (draft,) = drafts(bare)
    assert f"saved as a draft ({draft['operation']})" in said.err
    assert why in draft["last_error"]
    whole = {"x": words[0], "t": " ".join(words)}.get(words[0][0], TEXT)
    assert draft["body"] == whole
    assert bare("outbox", "show", draft["operation"]).out == whole + "\n"
    listed = bare("outbox").out
    assert draft["take_up"] in listed
    assert listed.count(f"--home {bare.home}") >= 2  # say it, forget it: there


def test_several_open_incidents_do_not_cost_a_piped_note(bare, incident):
    bare.json("declare", "Search is slow", "--internal")
    log = "line one\nline two\n"
    assert bare("note", "-", stdin=log).code == 1
    (draft,) = drafts(bare)
    in_a_shell(draft["take_up"].replace("note ID", f"note {incident}"))
    assert bare.json("show", incident)["notes"][-1]["text"] == log.rstrip()
    assert drafts(bare) == []


def test_a_refused_note_is_taken_up_to_the_letter_and_then_no_draft(bare, incident):
    bare("note", "zz99", TEXT)
    (draft,) = drafts(bare)
    in_a_shell(draft["take_up"].replace("note ID", f"note {incident}"))
    assert bare.json("show")["notes"][-1]["text"] == TEXT
    assert drafts(bare) == []


def test_other_internal_words_are_kept_too(bare, incident):
    assert bare("action", "add", "Alert on the pool", "--due", "soon").code == 2
    assert bare("amend", incident, "n9", "--text", "it was db-2").code == 1
    assert {one["body"] for one in drafts(bare)} == {"Alert on the pool", "it was db-2"}


def test_an_update_for_no_incident_is_no_declaration(ircon, page):
    refused = ircon("update", "zz99", "--status", "identified", "-m", PUBLIC, "--no-notify")
    assert refused.code == 1
    (draft,) = drafts(ircon)
    assert draft["incident"] is None
    assert "update ID --status identified" in draft["take_up"]
    incident = ircon.json("declare", "Checkout fails", "-m", "Payments fail.")["incident"]
    in_a_shell(draft["take_up"].replace("update ID", f"update {incident}"))
    assert ircon.json("show", incident)["updates"][-1]["body"] == PUBLIC
    assert drafts(ircon) == []
    ircon.json("resolve", incident, "-m", "Payments work again.")


def test_a_refused_declaration_is_not_gone_on_with_by_the_console(bare):
    assert bare("declare", "Checkout fails", "-m", PUBLIC, "-c", "Nowhere").code == 1
    desk = open_desk(str(bare.home))
    try:
        assert desk.saved_drafts.load(update_key(None)) is None
        desk.saved_drafts.save(
            "declare", {"title": "Search", "body": "Slow.", "status": "monitoring"}
        )
    finally:
        desk.close()
    refused, composed = drafts(bare)
    assert refused["take_up"].endswith(f'outbox show {refused["operation"]})" -c Nowhere')
    assert "declare Search --status monitoring" in composed["take_up"]


def test_what_a_full_disk_does_not_keep_stands_on_the_screen(bare):
    (bare.home / "data").write_text("no folder")
    said = bare("note", "zz99", TEXT)
    assert said.code == 1
    assert "could not be saved" in said.err
    assert "out of 'connections'" in said.err
