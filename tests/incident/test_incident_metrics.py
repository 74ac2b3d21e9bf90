"""The figures, held against real incidents and against cases made by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import START, Recorder, moment
from ircon.incident.fold import fold
from ircon.incident.metrics import (
    NUMERIC,
    Metrics,
    compute_metrics,
    created_is_known,
    distribution,
    downtime,
)
from ircon.incident.promise import Promise
from ircon.incident.state import Incident
from ircon.incident.times import iso, parse_iso

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"


def shared(name: str) -> list[dict]:
    """A file of ../shared/data; an empty list where a clone does not have it."""
    path = SHARED / name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def imported(case: dict) -> Recorder:
    """A case's updates as an importer records them, oldest first."""
    record = Recorder()
    kind = case.get("kind", "incident")
    first = parse_iso(case["updates"][0]["at"])
    begin = {"started_at": case["begin"]} if case.get("begin") else {}
    record.declared(
        case["title"],
        at=first,
        kind=kind,
        status="scheduled" if kind == "maintenance" else "investigating",
        origin="import",
        **begin,
    )
    for update in case["updates"]:
        at = parse_iso(update["at"])
        if update["status"] == "Postmortem":
            told = {"body": "What happened.", "origin": "import", "shown_at": iso(at)}
            record.make("postmortem", told, at=at)
            continue
        created = {"created_at": update["created"]} if "created" in update else {}
        record.update(
            update["status"], update["body"], at=at, origin="import", shown_at=iso(at), **created
        )
    return record


CASES = [
    pytest.param(case, case.get("expected_metrics") or case.get("metrics"), id=case.get("id"))
    for case in shared("replay/cases.json")
] + [
    pytest.param(case, case["metrics"], id=case["seed"])
    for case in shared("seeds_structured.json")
    if case.get("metrics")
]


@pytest.mark.shared
@pytest.mark.skipif(not CASES, reason="needs ../shared/data, which only the workshop has")
@pytest.mark.parametrize(("case", "expected"), CASES or [pytest.param({}, {}, id="absent")])
def test_real_incidents_have_the_figures_that_were_worked_out_for_them(case, expected):
    found = compute_metrics(fold(imported(case).events)).to_dict()
    assert {name: found[name] for name in expected} == expected


def figures(*updates: tuple[float, str], **declared: Any) -> Metrics:
    """The figures of an incident with these updates: minutes after START, status."""
    record = Recorder()
    record.declared(at=0, **declared)
    for at, status in updates:
        record.update(status, at=at)
    return compute_metrics(fold(record.events))


def test_a_fix_that_failed_and_a_reopening_are_counted_and_timed():
    found = figures(
        (0, "investigating"), (10, "identified"), (20, "monitoring"), (30, "identified"),
        (40, "monitoring"), (50, "resolved"), (80, "investigating"), (90, "monitoring"),
        (95, "Update"), (120, "resolved"), (150, "resolved"),
    )  # fmt: skip
    assert found == Metrics(
        updates=11,
        first_public=START,
        resolved_final=moment(120),
        time_to_first_update_min=None,
        time_to_identified_min=10.0,
        time_to_monitoring_first_min=20.0,
        time_to_monitoring_final_min=90.0,
        time_to_resolved_min=120.0,
        active_min=20.0 + 10.0 + 10.0,
        monitoring_min=10.0 + 10.0 + 30.0,
        closed_between_min=30.0,
        failed_fixes=1,
        reopens_after_resolved=1,
        max_update_gap_min=30.0,
        soak_min=30.0,
    )


def test_resolved_straight_from_active_has_no_soak():
    found = figures((0, "investigating"), (5, "monitoring"), (9, "identified"), (30, "resolved"))
    assert (found.soak_min, found.time_to_monitoring_final_min) == (None, None)
    assert found.time_to_monitoring_first_min == 5.0


def test_time_in_scheduled_counts_nowhere():
    found = figures(
        (0, "scheduled"), (600, "in_progress"), (660, "verifying"), (670, "completed"),
        kind="maintenance", status="scheduled",
    )  # fmt: skip
    assert (found.active_min, found.monitoring_min, found.closed_between_min) == (60.0, 10.0, 0.0)
    assert found.time_to_resolved_min == 670.0


def test_a_reopened_incident_is_not_resolved_until_it_is_again():
    found = figures((0, "investigating"), (10, "resolved"), (40, "investigating"))
    assert (found.resolved_final, found.time_to_resolved_min) == (None, None)
    assert (found.active_min, found.closed_between_min) == (10.0, 30.0)
    assert found.reopens_after_resolved == 1


def test_the_first_update_is_timed_by_when_the_page_took_it_not_by_what_it_shows():
    record = Recorder()
    record.declared(at=0, started_at=iso(START))
    record.update(
        "investigating", at=20, created_at=iso(moment(20)), shown_at=iso(moment(1))
    )  # backdated by its author
    incident = fold(record.events)
    assert compute_metrics(incident).time_to_first_update_min == 20.0
    assert compute_metrics(incident).first_public == moment(1)
    assert created_is_known(incident)


def test_where_only_shown_times_are_known_that_can_be_said():
    record = Recorder()
    record.declared(at=0, started_at=iso(START))
    record.update("investigating", at=7, origin="import")
    incident = fold(record.events)
    assert compute_metrics(incident).time_to_first_update_min == 7.0
    assert not created_is_known(incident)


def test_an_open_incidents_longest_gap_runs_on_with_the_clock():
    record = Recorder()
    record.declared(at=0)
    record.update("investigating", at=0)
    record.update("identified", at=10)
    incident = fold(record.events)
    assert compute_metrics(incident).max_update_gap_min == 10.0
    assert compute_metrics(incident, moment(55)).max_update_gap_min == 45.0
    assert compute_metrics(incident, moment(55)).active_min == 10.0


def test_an_imported_incident_without_an_end_does_not_run_on_for_years():
    record = Recorder()
    record.declared(at=0, origin="import")
    record.update("investigating", at=0, origin="import")
    record.update("identified", at=10, origin="import")
    assert compute_metrics(fold(record.events), moment(10**6)).max_update_gap_min == 10.0


def test_only_what_is_surely_public_counts():
    record = Recorder()
    record.declared(at=0)
    sent = record.update("investigating", at=1, op="one")
    record.delivery(sent, "sent", move=3, at=2, server_time=iso(moment(2)))
    lost = record.update("resolved", at=5, op="two")
    record.delivery(lost, "unknown", move=3, at=6)
    found = compute_metrics(fold(record.events))
    assert (found.updates, found.resolved_final) == (1, None)
    assert found.first_public == moment(2)


def test_an_incident_nobody_was_told_of_has_no_public_figures():
    record = Recorder()
    record.declared(visibility="internal")
    record.note("only us")
    assert compute_metrics(fold(record.events)) == Metrics()


def test_the_postmortems_lag_is_counted_from_the_end():
    record = Recorder()
    record.declared(at=0)
    record.update("resolved", at=60)
    record.make(
        "postmortem",
        {"body": "b", "origin": "observed", "shown_at": iso(moment(60 + 36 * 60))},
        at=9999,
    )
    assert compute_metrics(fold(record.events)).postmortem_lag_days == 1.5


API = {"id": "c1", "name": "API", "group": "EU"}
API_US = {"id": "c2", "name": "API", "group": "US"}
WEB = {"id": "c3", "name": "Web"}


def test_downtime_is_time_in_an_outage_by_component():
    record = Recorder()
    record.declared(at=0)
    record.update(
        "investigating",
        components=[API | {"status": "partial_outage"}, WEB | {"status": "degraded_performance"}],
        at=0,
    )
    record.update("identified", components=[API | {"status": "major_outage"}], at=10)
    record.update("monitoring", components=[API | {"status": "operational"}, API_US], at=25)
    record.update("identified", components=[API | {"status": "partial_outage"}], at=30)
    record.update("resolved", at=40)
    assert compute_metrics(fold(record.events)).component_downtime_min == {
        "EU/API": 35.0,
        "Web": 0.0,
    }


def test_a_component_whose_name_repeats_is_told_by_its_group():
    record = Recorder()
    record.declared(at=0)
    record.update("investigating", components=[API | {"status": "partial_outage"}], at=0)
    record.update("investigating", components=[API_US | {"status": "partial_outage"}], at=5)
    incident = fold(record.events)
    assert compute_metrics(incident).component_downtime_min == {"EU/API": 5.0, "US/API": 0.0}
    assert compute_metrics(incident, moment(9)).component_downtime_min == {
        "EU/API": 9.0,
        "US/API": 4.0,
    }


def test_maintenance_is_no_downtime():
    record = Recorder()
    record.declared(at=0, kind="maintenance", status="scheduled")
    record.update("in_progress", components=[WEB | {"status": "under_maintenance"}], at=0)
    record.update("completed", components=[WEB | {"status": "operational"}], at=60)
    assert compute_metrics(fold(record.events)).component_downtime_min == {"Web": 0.0}


def test_figures_travel_as_json():
    found = figures((0, "investigating"), (10, "resolved")).to_dict()
    assert json.loads(json.dumps(found)) == found
    assert found["first_public"] == "2026-03-02T09:00:00Z"
    assert found["soak_min"] is None


STATUSES = st.sampled_from(
    ["investigating", "identified", "monitoring", "resolved", "update", "scheduled"]
)


@given(st.lists(st.tuples(st.integers(0, 5000), STATUSES), min_size=1, max_size=20))
def test_the_segments_add_up_to_the_total_less_the_time_in_scheduled(updates):
    found = figures(*updates)
    ordered = sorted(updates, key=lambda one: one[0])
    end = found.resolved_final or moment(ordered[-1][0])
    total = (end - found.first_public).total_seconds() / 60
    spent = found.active_min + found.monitoring_min + found.closed_between_min
    assert spent <= total
    if all(status != "scheduled" for _, status in updates):
        assert spent == pytest.approx(total)


def test_over_many_there_is_a_median_and_a_spread_but_no_mean():
    many = [figures((0, "investigating"), (end, "resolved")) for end in (10, 20, 30, 40, 1000)]
    many.append(figures((0, "investigating")))
    spread = distribution(many)
    assert spread["time_to_resolved_min"] == {
        "n": 5, "median": 30.0, "p25": 20.0, "p75": 40.0, "min": 10.0, "max": 1000.0,
    }  # fmt: skip
    assert spread["updates"]["n"] == 6
    assert "component_downtime_min" not in spread


def test_the_spread_of_nothing_is_nothing():
    assert set(distribution([])) == set(NUMERIC)
    assert all(
        one == {"n": 0, "median": None, "p25": None, "p75": None, "min": None, "max": None}
        for one in distribution([]).values()
    )


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=30))
def test_the_quartiles_are_those_of_the_standard_library(ends):
    import statistics

    spread = distribution([figures((0, "investigating"), (end, "resolved")) for end in ends])
    low, middle, high = statistics.quantiles(ends, n=4, method="inclusive")
    found = spread["time_to_resolved_min"]
    assert [found["p25"], found["median"], found["p75"]] == pytest.approx(
        [low, middle, high], abs=0.06
    )


def test_an_instant_of_another_zone_is_still_an_instant():
    shown = datetime.fromisoformat("2026-03-02T10:05:00+01:00")
    record = Recorder()
    record.declared(at=0, started_at="2026-03-02T10:00:00+01:00")
    record.update("investigating", at=shown.astimezone(UTC))
    assert compute_metrics(fold(record.events)).time_to_first_update_min == 5.0


def test_what_the_milestones_say_is_counted_though_nobody_outside_was_told():
    record = Recorder()
    record.declared(at=0, visibility="internal", started_at=iso(moment(-10)))
    record.milestone("detected", at=-4)
    record.milestone("acknowledged", at=3)
    found = compute_metrics(fold(record.events))
    assert (found.time_to_detect_min, found.time_to_acknowledge_min) == (6.0, 7.0)
    assert found.updates == 0
    lone = Recorder()
    lone.declared(at=0)
    lone.milestone("acknowledged", at=3)
    found = compute_metrics(fold(lone.events))
    assert (found.time_to_detect_min, found.time_to_acknowledge_min) == (None, None)


def test_promises_are_counted_and_the_missed_ones_timed():
    made = [
        Promise("update", "w", 0, 1, START, state="kept"),
        Promise("update", "w", 0, 1, START, state="missed", missed_by_min=12),
        Promise("postmortem", "w", 0, 1, START, state="missed", missed_by_min=3),
        Promise("update", "w", 0, 1, START, state="missed"),
        Promise("update", "w", 0, 1, START),
    ]
    record = Recorder()
    record.declared(at=0)
    found = compute_metrics(fold(record.events), promises=made).to_dict()
    assert found["promises"] == {"made": 5, "kept": 1, "missed": 3, "median_late_min": 7.5}
    assert compute_metrics(fold(record.events)).to_dict()["promises"] is None


def test_where_the_record_does_not_say_since_when_a_component_was_out_there_is_no_figure():
    record = Recorder()
    record.declared(at=0)
    restored = API | {"status": "operational", "was": "major_outage"}
    record.update("resolved", components=[restored], at=30)
    assert compute_metrics(fold(record.events)).component_downtime_min == {}


def test_components_that_share_group_and_name_are_told_apart():
    record = Recorder()
    record.declared(at=0)
    twin = API | {"id": "c9"}
    record.update("investigating", components=[API | {"status": "partial_outage"}], at=0)
    record.update("identified", components=[twin | {"status": "major_outage"}], at=5)
    record.update("resolved", at=20)
    found = compute_metrics(fold(record.events)).component_downtime_min
    assert found == {"EU/API (c1)": 20.0, "EU/API (c9)": 15.0}


def test_downtime_over_many_counts_overlaps_once_and_pages_apart():
    def out(start: float, end: float, page: str = "main") -> Incident:
        record = Recorder()
        record.declared(at=start, page=page)
        record.update("investigating", components=[API | {"status": "major_outage"}], at=start)
        record.update("resolved", components=[API | {"status": "operational"}], at=end)
        return fold(record.events)

    assert downtime([out(0, 30), out(20, 50), out(100, 110)]) == {"EU/API": 60.0}
    assert downtime([out(0, 30), out(0, 10, "other")]) == {
        "main: EU/API": 30.0,
        "other: EU/API": 10.0,
    }


def test_a_second_of_an_outage_is_an_outage():
    record = Recorder()
    record.declared(at=0)
    record.update("investigating", components=[API | {"status": "major_outage"}], at=0)
    record.update("resolved", components=[API | {"status": "operational"}], at=1 / 60)
    found = compute_metrics(fold(record.events))
    assert found.component_downtime_min == {"API": 0.0}
    assert found.components_out == {"API"}


def test_what_the_page_was_seen_to_change_ends_an_outage_too():
    record = Recorder()
    record.declared(at=0)
    record.update("investigating", components=[API | {"status": "major_outage"}], at=0)
    seen = {"components": [API | {"status": "operational"}]}
    record.make("page_changed", seen, at=20)
    record.update("resolved", at=60)
    late = {"components": [API | {"status": "major_outage"}]}
    record.make("page_changed", late, at=90)  # after its end it is another incident's
    assert compute_metrics(fold(record.events)).component_downtime_min == {"API": 20.0}
