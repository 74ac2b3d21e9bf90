"""Writing up: the record is at hand, internal words are not copied, nothing is lost."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from frames import NARROW, WIDE, awaited, offline, seated

from desks import Bench
from ircon.config.paths import app_paths
from ircon.console.widgets.draft_outline import sections
from ircon.incident.components import ComponentChange
from ircon.incident.text import InternalText
from practice_page import PracticePage

CANARY = "db-canary-7 [ERROR]"
FINISHED = """\
Pages loaded slowly for 40 of 1,000 users, for 12 minutes.

## What happened?

A full disk made each page wait for 10 seconds.

## Why did this happen?

Old logs were kept on it, and no check watched its free space.

## What did we do?

We removed the old logs.

## What will we do?

- Watch the free space of every disk (owner: Ada, due 2026-03-20).
"""


async def told(bench: Bench, *, internal: bool = True) -> str:
    """An incident that is over on the page, with a pinned note of our own."""
    listed = {one.name: one for one in await bench.desk.page_data.renew()}
    down = ComponentChange(listed["Web App"].id, "Web App", None, "partial_outage", "operational")
    first = bench.say("Pages load slowly.", components=(down,))
    await bench.run(first.operation)
    if internal:
        bench.desk.respond.note(first.incident, InternalText(f"{CANARY} was full"))
        bench.desk.respond.pin(first.incident, "n1")
    last = bench.say("Pages load again.", "resolved", incident=first.incident)
    await bench.run(last.operation)
    return first.incident


@awaited
async def test_the_draft_stands_beside_the_record_with_its_holes_counted(bench: Bench):
    incident = await told(bench)
    async with seated(bench.desk, WIDE, start=incident) as seat:
        seen = await seat.press("p")
        for words in ("▸ Checkout fails", "What happened?", "Why did this happen?  2 open"):
            assert words in seen
        assert "to fill in" in seen
        assert f"{CANARY} was full" in seen  # beside the draft
        assert CANARY not in seat.app.screen.query_one("#words").text
    async with seated(bench.desk, NARROW, start=incident) as seat:
        seen = await seat.press("p")
        assert "## What happened?" in seen
        assert CANARY not in seen


@awaited
async def test_an_inserted_entry_is_the_publics_words_or_a_hole_never_ours(bench: Bench):
    incident = await told(bench)
    async with seated(bench.desk, start=incident) as seat:
        await seat.press("p")
        text = seat.app.screen.query_one("#words")
        text.load_text("Notes: ")
        text.move_cursor(text.document.end)
        await seat.press("f2")
        await seat.type("Pages load slowly")
        await seat.press("enter")
        assert "Investigating: Pages load slowly." in text.text
        await seat.press("f2")
        await seat.type("n1")
        await seat.press("enter")
        assert "{{fill in: n1, in words for customers}}" in text.text
        await seat.press("shift+tab", "g", *["j"] * 2)  # the timeline's third line: the note
        assert "n1" in seat.app.screen.timeline.current().id
        await seat.press("f2")
        assert text.text.count("{{fill in: n1, in words for customers}}") == 2
        await seat.press("f2")
        await seat.type("updates")
        assert "2" in (await seat.press("enter"))
        assert CANARY not in text.text


@awaited
async def test_tab_goes_from_hole_to_hole(bench: Bench):
    incident = await told(bench, internal=False)
    async with seated(bench.desk, NARROW, start=incident) as seat:
        await seat.press("p")
        text = seat.app.screen.query_one("#words")
        text.load_text("We had {{fill in: what}} and\n{{fill in: why}}.")
        await seat.press("tab")
        await seat.type("an outage")
        await seat.press("tab")
        await seat.type("a disk")
        assert text.text == "We had an outage and\na disk."
        assert "✓ complete" in await seat.until("✓ complete")


@awaited
async def test_leaving_keeps_a_version_and_a_crash_loses_nothing(bench: Bench):
    incident = await told(bench)
    async with seated(bench.desk, start=incident) as seat:
        await seat.press("p")
        await seat.type("First thought. ")
    bench.desk.close()
    bench.desk = bench.open()
    assert bench.desk.records.incident(incident).postmortem.body is None  # typed, and died
    async with seated(bench.desk, start=incident) as seat:
        assert "First thought." in await seat.press("p")
        await seat.press("escape")
        await seat.until("internal note")
    saved = bench.desk.records.incident(incident).postmortem
    assert saved.body is not None
    assert saved.body.internal.startswith("First thought. ")
    assert bench.desk.saved_drafts.load(f"postmortem:{incident}") is None
    async with seated(bench.desk, start=incident) as seat:
        await seat.press("p")
        await seat.type("More. ")
        await seat.press(seat.app.keymap.keys["postmortem.save"][0])
        assert "Saved as a version" in await seat.until("Saved as a version")
        assert bench.desk.records.incident(incident).postmortem.body.internal.startswith("More.")


@awaited
async def test_a_version_is_kept_only_of_what_somebody_wrote(bench: Bench):
    incident = await told(bench)
    async with seated(bench.desk, start=incident) as seat:
        await seat.press("p", "escape")
        await seat.until("internal note")
    assert bench.desk.records.incident(incident).postmortem.body is None


@awaited
async def test_export_writes_a_private_file_and_never_over_another(bench: Bench, tmp_path: Path):
    incident = await told(bench)
    path = tmp_path / "out.md"
    async with seated(bench.desk, start=incident) as seat:
        await seat.press("p")
        for said in ("Written to", "already"):
            await seat.press("f6")
            seat.app.screen.query_one("#prompt").value = str(path)
            await seat.press("enter")
            await seat.until(said)
    assert CANARY not in path.read_text()
    assert "## What happened?" in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@awaited
async def test_the_preview_shows_the_text_and_no_link_or_html_works(bench: Bench):
    incident = await told(bench)
    async with seated(bench.desk, NARROW, start=incident) as seat:
        await seat.press("p")
        seat.app.screen.query_one("#words").load_text(
            "## What [happened]?\n\n<b>bold</b> [a](https://evil.example) *slow* \x1b]2;t\x07"
        )
        await seat.press("f5")
        seen = await seat.until("What [happened]?")
        assert "<b>bold</b>" in seen
        assert "[a](https://evil.example)" in seen
        assert "\x1b" not in seen


@awaited
async def test_holes_refuse_to_be_published_and_finished_words_reach_the_page(
    bench: Bench, page: PracticePage
):
    config = app_paths(str(bench.home)).config / "config.toml"
    with config.open("a") as file:  # a ticket in public is this test's affair no more than its lack
        file.write('\n[checks.P10]\nseverity = "off"\nreason = "no tickets in public"\n')
    incident = await told(bench)
    async with seated(bench.desk, start=incident) as seat:
        await seat.press("p")
        assert "12 placeholders left" in await seat.press("f10")
        seat.app.screen.query_one("#words").load_text(FINISHED)
        asked = await seat.press("f10")
        assert "Publish on Practice" in asked
        assert "emails nobody" in asked
        assert "Pages loaded slowly for 40 of 1,000 users" in asked
        await seat.say_yes()
        await seat.until("Postmortem   sends in")
        await seat.press("z")
        assert "A full disk" in await seat.until("POSTMORTEM")
        assert "Publish on Practice" in await seat.press("f10")
        await seat.say_yes()
        await seat.until("internal note")
        bench.clock.advance(11)
        while bench.desk.records.incident(incident).postmortem.state != "published":
            await seat.read()
    remote = bench.desk.records.incident(incident).remote_id
    assert "A full disk made" in page.get(f"/incidents/{remote}").text
    assert CANARY not in page.get(f"/incidents/{remote}").text


@awaited
async def test_a_draft_for_readers_inside_has_no_publish(bench: Bench):
    incident = await told(bench)
    async with seated(bench.desk, start=incident) as seat:
        await seat.press("p", "f3")
        await seat.type("internal-sre")
        seen = await seat.press("enter")
        assert "internal-sre (internal)" in seen
        assert "publish" not in seen.splitlines()[-1]
        await seat.press("f10")
        assert "Publish on" not in await seat.read()
        assert "What happened?" in await seat.press("ctrl+z")


@awaited
async def test_an_imported_incident_can_be_written_up_and_not_posted(tmp_path: Path):
    report = tmp_path / "report.toml"
    with offline(tmp_path) as bench:
        source = bench.desk.respond.declare_internal("Old outage", text=InternalText("seen"))
        report.write_text(bench.desk.review.export(source, "toml"))
    with Bench(tmp_path / "other", "http://127.0.0.1:9", "p1", "a-token") as bench:
        (imported,) = bench.desk.archive.import_sources([str(report)])
        async with seated(bench.desk, start=imported.id) as seat:
            seen = await seat.press("p")
            assert "POSTMORTEM" in seen
            assert "publish" not in seen.splitlines()[-1]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("words", [("Opening", 0)]),
        ("## One\n{{x}}\n## Two\nTODO {{fill in: y}}", [("One", 1), ("Two", 2)]),
        ("lead {{a}}\n\n# Head\n#no heading\n", [("Opening", 1), ("Head", 0)]),
    ],
)
def test_sections_are_headings_with_what_is_open_under_them(
    text: str, found: list[tuple[str, int]]
):
    assert [(one.title, one.open_ends) for one in sections(text)] == found
