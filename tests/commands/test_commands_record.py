"""What the record says of an incident: the same figures, authors and endings in every output."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from command_line import CommandLine

REPORT = """Elevated errors
Incident Report for GitHub
Postmortem
A deploy doubled the queries per request. We rolled it back.
Posted Apr 03, 2026 - 09:00 UTC
Resolved
This incident has been resolved.
Posted Apr 02, 2026 - 17:15 UTC
Investigating
We are investigating.
Posted Apr 02, 2026 - 09:40 UTC
"""


@pytest.fixture
def report(bare: CommandLine, tmp_path: Path) -> str:
    file = tmp_path / "github.txt"
    file.write_text(REPORT)
    return bare.json("import", str(file))[0]["id"]


def outputs(ircon: CommandLine, incident: str) -> dict[str, str]:
    """Everything that prints figures."""
    said = {
        "metrics": ircon("metrics", incident),
        "show": ircon("show", incident),
        "postmortem": ircon("postmortem", incident, "--new"),
        "inside": ircon("postmortem", incident, "--template", "internal-pd"),
        "markdown": ircon("export", incident, "--format", "markdown"),
        "html": ircon("export", incident, "--format", "html", "--internal"),
    }
    assert all(one.code == 0 for one in said.values()), said
    return {name: one.out for name, one in said.items()}


def test_one_incident_has_the_same_figures_everywhere(ircon: CommandLine):
    incident = ircon.json(
        *("declare", "Webhooks arrive late", "-m", "Webhooks arrive late.", "--at", "455m ago"),
        *("-c", "Webhooks=degraded_performance", "-c", "API/API (group 01)=partial_outage"),
    )["incident"]
    ircon.json("mark", incident, "detected", "--at", "450m ago")
    ircon.json("mark", incident, "acknowledged", "--at", "409m ago")
    ircon.json("update", incident, "--status", "monitoring", "-m", "We restarted a worker.")
    ircon.json("resolve", incident, "-m", "Webhooks arrive on time.", "--restore")
    ircon.json("mark", incident, "ended")
    said = outputs(ircon, incident)
    for name in ("metrics", "show", "html"):
        plain = re.sub(r"<[^>]*>", "  ", said[name])
        assert re.search(r"Impact's start to detected +5 min", plain) or "&#x27;" in plain, name
        assert re.search(r"Detected to acknowledged +41 min", plain), name
        assert re.search(r"Out: API \(group 01\) +under a minute", plain), name
    for name, text in said.items():
        assert not re.search(r"\d\.\d+ min|\b0 min|455 min|\b0\.\d d", text), name
    assert "7 h 35 min" in said["postmortem"]
    assert "| API (group 01) | partial unavailability | under a minute |" in said["postmortem"]
    assert "| Webhooks | degraded performance | not at all |" in said["postmortem"]
    figures = ircon.json("metrics", incident)
    assert figures == ircon.json("show", incident)["metrics"]
    assert (figures["time_to_detect_min"], figures["time_to_acknowledge_min"]) == (5.0, 41.0)


def test_maintenances_are_apart_from_incidents(bare: CommandLine, tmp_path: Path):
    work = REPORT.replace("Incident Report", "Scheduled Maintenance Report")
    work = work.replace("Elevated errors", "Database upgrade").replace("Resolved", "Completed")
    work = work.replace("Investigating", "In progress")
    for name, text in (("one", REPORT), ("two", work)):
        (tmp_path / f"{name}.txt").write_text(text)
        bare.json("import", str(tmp_path / f"{name}.txt"))
    spread = bare.json("metrics")
    assert spread["updates"]["n"] == spread["maintenances"]["updates"]["n"] == 1
    said = bare("metrics").out
    assert "Incidents: 1" in said
    assert "Maintenances: 1" in said
    assert "7 h 35 min" in said


def test_what_a_page_told_is_not_said_by_who_imported_it(bare: CommandLine, report: str):
    authors = {one["author"] for one in bare.json("timeline", report)}
    assert authors == {"GitHub"}
    assert {one["author"] for one in bare.json("show", report)["updates"]} == {"GitHub"}
    assert "declared       GitHub" in bare("timeline", report).out
    assert "GitHub" in bare("export", report, "--format", "markdown", "--internal").out
    assert {one["author"] for one in bare.json("timeline", report, "--public")} == {None}


def test_a_postmortem_that_was_published_is_where_the_next_one_begins(
    bare: CommandLine, report: str
):
    published = "A deploy doubled the queries per request. We rolled it back."
    assert bare("postmortem", report).out.strip() == published
    assert bare.json("postmortem", report)["body"] == published
    drafted = bare("postmortem", report, "--new").out
    assert drafted.startswith("# Elevated errors\n")
    assert published not in drafted


@pytest.mark.parametrize(
    ("script", "code"), [("seq 1 60; exit 3", 3), ("seq 1 60", 0), ("echo 60; kill -9 $$", 137)]
)
def test_a_recorded_command_says_how_it_ended_and_its_last_words(bare, script, code):
    incident = bare("declare", "Disk full", "--internal").out.split()[0]
    assert bare.real("run", incident, "--", "sh", "-c", script).code == code
    for said in (
        bare("timeline", incident).out,
        bare("show", incident).out,
        bare("export", incident, "--format", "markdown", "--internal").out,
        bare("export", incident, "--format", "html", "--internal").out,
        bare("postmortem", incident, "--template", "internal-sre").out,
        bare("handover", incident).out,
    ):
        assert f"exit {code}, " in said
        assert "60" in said
    note = bare.json("show", incident)["notes"][0]
    assert (note["exit_code"], note["command"]) == (code, f"sh -c '{script}'")
    assert note["seconds"] >= 0
    entry = next(one for one in bare.json("timeline", incident) if one["kind"] == "note")
    assert entry["exit_code"] == code
