"""The five real reports, and the real incidents laid out in two shapes, read exactly."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ircon.history.report import Report
from ircon.history.shapes import read_reports
from ircon.history.to_events import to_events
from ircon.incident.components import Component
from ircon.incident.fold import fold
from ircon.incident.metrics import compute_metrics
from ircon.incident.state import Incident
from ircon.incident.times import iso

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
NOW = datetime(2026, 3, 2, 3, 12, tzinfo=UTC)

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not in a user's clone"),
]


def load(path: Path) -> list[dict]:
    return json.loads(path.read_text()) if path.is_file() else []


SEEDS = load(SHARED / "seeds_structured.json")
CASES = {one["id"]: one for one in load(SHARED / "replay" / "cases.json")}
REPLAYS = sorted((SHARED / "replay").glob("as_*/*.txt"))


def read(path: Path, **more: Any) -> Report:
    (report,) = read_reports(path.read_bytes(), path.name, **more)
    return report


def folded(report: Report) -> Incident:
    incident = fold(to_events(report, "a1b2", recorded_at=NOW, actor="ada"))
    assert incident is not None
    return incident


def figures(report: Report, wanted: dict) -> dict:
    measured = compute_metrics(folded(report)).to_dict()
    return {name: measured[name] for name in wanted}


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed["seed"][:3])
def test_a_seed_is_read_exactly(seed):
    report = read(SHARED / "seeds" / f"{seed['seed']}.txt")
    blocks = [*report.updates, *([report.postmortem] if report.postmortem else [])]
    if seed["updates"]:
        assert [(one.at and iso(one.at), one.at_text, one.status) for one in blocks] == [
            (one["at"], one["at_text"], one["status"].lower()) for one in seed["updates"]
        ]
        assert report.name == seed["title"]
        assert report.page == seed["page"]
        assert [(one.group, one.name) for one in report.components] == [
            (one["group"], one["name"]) for one in seed["components"]
        ]
        assert report.impact == (seed["impact_on_page"] and seed["impact_on_page"].lower())
        assert report.warnings == ()
        wanted = {one["at"]: one["body"] for one in seed["updates"] if one["body"]}
        assert {iso(one.at): one.body for one in report.updates if iso(one.at) in wanted} == wanted


@pytest.mark.parametrize(
    "seed", [one for one in SEEDS if "metrics" in one], ids=lambda one: one["seed"][:3]
)
def test_a_seeds_figures_are_those_worked_out_by_hand(seed):
    report = read(SHARED / "seeds" / f"{seed['seed']}.txt")
    assert figures(report, seed["metrics"]) == seed["metrics"]


def test_the_blocks_of_a_seed_know_their_lines():
    path = next((SHARED / "seeds").glob("003_*"))
    lines = path.read_text().split("\n")
    report = read(path)
    for block in (*report.updates, report.postmortem):
        assert lines[block.line - 1] == block.word
        assert lines[block.body_line - 1] == block.body.split("\n")[0]
        assert lines[block.end_line - 1] == f"Posted {block.at_text}"
        assert block.body in report.text
    assert report.postmortem.body.endswith("any further questions or concerns.")
    assert "    3. We are revisiting our auto-recovery mechanisms" in report.postmortem.body


def test_prose_gives_a_postmortem_and_no_made_up_times():
    path = next((SHARED / "seeds").glob("004_*"))
    report = read(path)
    assert (report.format, report.page, report.updates) == ("prose", None, ())
    assert report.name.startswith("On June 23, 2025, between 7:40 PM and 9:40 PM")
    assert report.postmortem.at is None
    assert report.postmortem.body == path.read_text().strip()
    assert "unknown date" in " ".join(report.warnings)
    incident = folded(report)
    assert (incident.status, incident.resolved_at, incident.first_public_at) == (
        "resolved",
        None,
        None,
    )
    assert incident.postmortem.published.public == report.postmortem.body
    assert incident.postmortem.published_at is None


@pytest.mark.parametrize("path", REPLAYS, ids=lambda path: f"{path.parent.name}-{path.stem[-12:]}")
def test_a_real_incident_laid_out_as_text_gives_its_figures(path):
    case = CASES[path.stem.rpartition("_")[2]]
    known = [Component(name, name) for name in case["components"]]
    report = read(path, page_components=known)
    assert (report.name, report.page, report.kind) == (case["title"], case["page"], case["kind"])
    assert [(iso(one.at), one.word.lower(), one.body) for one in report.updates] == [
        (one["at"], one["status"].lower(), one["body"]) for one in case["updates"]
    ]
    assert [one.name for one in report.components] == case["components"]
    assert report.impact in {None, case["impact"]}
    assert figures(report, case["expected_metrics"]) == case["expected_metrics"]


def test_the_two_layouts_of_one_incident_are_one_incident():
    """A copy in another shape adds nothing but its source."""
    pairs = [path for path in REPLAYS if path.parent.name == "as_pingoru_text"]
    assert pairs
    for pingoru in pairs:
        page = pingoru.parent.parent / "as_statuspage_text" / pingoru.name
        ids = [
            {
                one.id
                for one in to_events(read(path), "a1b2", recorded_at=NOW, actor="ada")
                if one.kind != "source"
            }
            for path in (pingoru, page)
        ]
        assert ids[0] == ids[1]


FIXTURES = SHARED / "statuspage" / "fixtures"


def test_a_real_feed_gives_all_its_incidents():
    reports = read_reports((FIXTURES / "history.atom").read_bytes(), "history.atom")
    assert len(reports) == 25
    assert sum(len(one.updates) for one in reports) == 178
    assert {one.page for one in reports} == {"GitHub"}
    first = reports[0]
    assert (first.name, first.remote_id) == (
        "Intermittent failures creating agent tasks",
        "bhbcjn4n3jzp",
    )
    assert iso(first.updates[0].at) == "2026-08-20T14:43:00Z"
    assert first.text.startswith("<entry>")
    assert first.text.endswith("</entry>")
    assert [report.warnings for report in reports if report.warnings] == []


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("github-2024-09-incidents.json", "GitHub"),
        ("github-2022-11-25-summary-active-incident.json", "GitHub"),
        ("manage-v1-incident-2024-06.json", None),
    ],
)
def test_real_json_is_read(name, page):
    reports = read_reports((FIXTURES / name).read_bytes(), name)
    raw = json.loads((FIXTURES / name).read_text())
    incidents = raw.get("incidents", [raw])
    assert [(one.remote_id, one.name, one.impact) for one in reports] == [
        (one["id"], one["name"], one["impact"]) for one in incidents
    ]
    assert [{(one.remote_id, one.at_text) for one in report.updates} for report in reports] == [
        {(one["id"], one["display_at"]) for one in incident["incident_updates"]}
        for incident in incidents
    ]
    for report in reports:
        assert report.page == page
        assert json.loads(report.text)["id"] == report.remote_id
        lines = (FIXTURES / name).read_text().split("\n")
        assert all(one.remote_id in lines[one.line - 1] for one in report.updates)
        assert compute_metrics(folded(report)).updates == len(report.updates)


@pytest.mark.parametrize(
    "name", ["manage-v1-page.json", "manage-v1-component.json", "manage-v1-component-group.json"]
)
def test_json_without_an_incident_is_refused_with_what_was_expected(name):
    from ircon.errors import Unreadable

    with pytest.raises(Unreadable, match="No incident was found") as caught:
        read_reports((FIXTURES / name).read_bytes(), name)
    assert caught.value.line == 1
    assert "incidents.json" in caught.value.hint


def test_html_in_a_body_becomes_text_and_stays_in_the_source():
    reports = read_reports((FIXTURES / "github-2024-09-incidents.json").read_bytes(), "x.json")
    bodies = [one.body for report in reports for one in report.updates]
    assert any("<br />" in report.text for report in reports)
    assert not any("<br" in body for body in bodies)
    assert any("\n\n" in body for body in bodies)
