"""What an import takes, what it refuses, and that a refusal leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import CommandLine
from ircon.desk.factory import open_desk

HEAD = 'format = 1\n\n[incident]\nid = "k3f9"\nname = "Checkout is slow"\n'
NOTE = """
[[event]]
id = "01JQ2M3Q9VJ3V0000000000001"
at = "2026-03-02T03:12:00Z"
recorded_at = "2026-03-02T03:12:00Z"
kind = "note"
visibility = "internal"
actor = "ada"
entry = "n1"
[event.payload]
text = "disk full on db-2"
source = "typed"
"""
FROM_AFAR = NOTE.replace('kind = "note"', 'kind = "weather"')
HIDDEN = NOTE.replace('kind = "note"', 'kind = "declared"').replace('"internal"', '"secret"')

UNDECLARED = {
    "no event at all": HEAD,
    "only a note": HEAD + NOTE,
    "only a kind from a newer ircon": HEAD + FROM_AFAR,
    "a declaration of a visibility that is none": HEAD + HIDDEN,
}


def orphan(home: Path) -> None:
    """An entry without a declaration, as an older ircon kept one."""
    desk = open_desk(str(home))
    desk._journal.append([desk.recorder.event("q7xw", "note", {"text": "left over"})])
    desk.close()


@pytest.mark.parametrize("text", UNDECLARED.values(), ids=UNDECLARED)
def test_a_recording_that_declares_nothing_is_refused_and_leaves_nothing(bare, tmp_path, text):
    file = tmp_path / "kept.toml"
    file.write_text(text)
    said = bare("import", str(file))
    assert (said.code, said.out) == (1, "")
    assert "kept.toml" in said.err
    assert bare.json("incidents") == []
    assert bare("metrics").code == 0
    assert "0 incident(s)" in bare("doctor").out


def test_what_an_older_ircon_kept_of_a_refused_recording_stands_in_nobodys_way(
    bare: CommandLine, tmp_path: Path
):
    known = bare("declare", "Checkout is slow", "--internal").out.split()[0]
    orphan(bare.home)
    for verb in ("metrics", "incidents"):
        said = bare(verb)
        assert said.code == 0
        assert "q7xw" in said.err, verb
        assert "q7xw" not in said.out
    assert [one["id"] for one in bare.json("incidents")] == [known]
    assert bare.json("show")["id"] == known
    assert bare("export", "--format", "markdown", "--internal").code == 0
    assert "q7xw" in bare("doctor").out
    for verb in ("show", "timeline", "metrics", "postmortem"):
        said = bare(verb, "q7xw")
        assert said.code == 1
        assert "without a declaration" in said.err


def test_the_whole_recording_heals_what_a_part_of_it_left(bare: CommandLine, tmp_path: Path):
    known = bare("declare", "Checkout is slow", "--internal").out.split()[0]
    bare("note", known, "disk full on db-2")
    file = tmp_path / "whole.toml"
    assert bare("export", known, "--format", "toml", "-o", str(file)).code == 0
    other = CommandLine(tmp_path / "other")
    desk, there = open_desk(str(bare.home)), open_desk(str(other.home))
    note = next(one for one in desk._journal.events(known) if one.kind == "note")
    there._journal.append([note])
    desk.close()
    there.close()
    assert known in other("doctor").out.split(": sound")[0]
    assert other("import", str(file)).code == 0
    assert "without a declaration" not in other("doctor").out
    assert [one["name"] for one in other.json("incidents")] == ["Checkout is slow"]


REPORT = "On 3 May the checkout was down for 40 minutes. A deploy was rolled back at 10:40 UTC.\n"


def test_of_several_sources_each_is_named_and_what_was_not_understood_is_not_imported(
    bare: CommandLine, tmp_path: Path
):
    (tmp_path / "good.txt").write_text(REPORT)
    (tmp_path / "soup.md").write_text("Last week I cooked a soup, and it took 45 minutes.\n")
    (tmp_path / "people.csv").write_text("a,b,c\n1,2,3\n4,5,6\n")
    names = ("soup.md", "good.txt", "people.csv")
    said = bare("import", *(str(tmp_path / name) for name in names))
    assert said.code == 1
    assert len(said.out.splitlines()) == 1
    assert all(name in said.err for name in names if name != "good.txt")
    assert len(bare.json("incidents")) == 1
    listed = bare("import", *(str(tmp_path / name) for name in names), "--json").document
    assert [(one["source"], one["id"] is None) for one in listed] == [
        ("soup.md", True), ("good.txt", False), ("people.csv", True)
    ]  # fmt: skip


def test_a_person_may_say_that_it_is_prose_all_the_same(bare: CommandLine, tmp_path: Path):
    file = tmp_path / "soup.md"
    file.write_text("Last week I cooked a soup, and it took 45 minutes.\n")
    said = bare("import", str(file))
    assert said.code == 1
    assert "--format prose" in said.err
    assert bare("import", str(file), "--format", "prose").code == 0


def test_a_page_without_incidents_is_said_to_have_none(bare: CommandLine, tmp_path: Path):
    file = tmp_path / "incidents.json"
    file.write_text('{"page": {"id": "p1", "name": "Quiet"}, "incidents": []}')
    said = bare("import", str(file))
    assert (said.code, said.out) == (0, "")
    assert "no incident" in said.err
