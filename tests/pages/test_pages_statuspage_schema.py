"""Real payloads, the oddities seen in others, and whatever else may come."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircon.errors import Unreadable
from ircon.incident.components import ComponentChange
from ircon.incident.vocabulary import COMPONENT_STATUSES
from ircon.pages.protocol import PageIdentity, RemotePostmortem
from ircon.pages.vendors.statuspage_schema import (
    read_components,
    read_incident,
    read_page,
    read_postmortem,
    read_template,
    unnamed_groups,
)

FIXTURES = Path(__file__).resolve().parents[3] / "shared/data/statuspage/fixtures"
real = pytest.mark.skipif(not FIXTURES.exists(), reason="../shared/data is not beside the clone")


def payload(name: str):
    return json.loads((FIXTURES / name).read_text("utf-8"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def an_incident(**changes: object):
    return {"id": "i", "name": "Down", "created_at": "2024-06-07T01:00:17Z", **changes}


def an_update(**changes: object):
    return {"id": "u", "status": "investigating", "body": "", **changes}


@real
@pytest.mark.shared
def test_a_real_incident_of_the_manage_api():
    incident = read_incident(payload("manage-v1-incident-2024-06.json"))
    assert (incident.id, incident.page_id) == ("f5v3b6dr7k53", "8m2l51279rpl")
    assert (incident.status, incident.impact, incident.kind) == ("resolved", "major", "incident")
    assert incident.url == "https://stspg.io/t4szpmm54wxx"
    assert incident.created_at == at("2024-06-07T01:00:17Z")
    assert incident.metadata["port"]["trigger"] == "Object"
    assert incident.postmortem is None
    assert [one.status for one in incident.updates] == ["investigating", "monitoring", "resolved"]
    first, second, _ = incident.updates
    assert (first.components, first.notified) == ((), True)
    assert first.shown_at == at("2024-06-07T01:00:17.309Z")
    assert second.components[1] == ComponentChange(
        "kvpxtsp2k1lf", "Payment Service", None, "partial_outage", "partial_outage"
    )
    assert second.components[2].path == "Backend/Fraud Detection Service"
    assert [one.status for one in incident.components].count("partial_outage") == 1


@real
@pytest.mark.shared
def test_a_real_page_component_and_group_of_the_manage_api():
    assert read_page(payload("manage-v1-page.json")) == PageIdentity(
        "8m2l51279rpl", "Ctrlv Solutions", "https://ctrlvsolutions.statuspage.io"
    )
    group = payload("manage-v1-component-group.json")
    member = {"id": "3chbmx8qmlny", "name": "Fraud", "group_id": group["id"], "position": 1}
    listed = [payload("manage-v1-component.json"), member]
    assert unnamed_groups(listed) == {group["id"]}
    assert [one.path for one in read_components(listed, [group])] == [
        "API Gateway",
        "Backend/Fraud",
    ]


@real
@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "incidents", "updates"),
    [
        ("github-2022-11-25-summary-active-incident.json", 1, None),
        ("github-2024-09-incidents.json", None, None),
    ],
)
def test_real_incidents_of_the_public_api(name, incidents, updates):
    rows = payload(name)["incidents"]
    found = [read_incident(row) for row in rows]
    assert incidents in {None, len(found)}
    assert len(found) > 0
    for row, incident in zip(rows, found, strict=True):
        assert len(incident.updates) == len(row["incident_updates"])
        shown = [one.shown_at for one in incident.updates]
        assert shown == sorted(shown)
        assert {one.id for one in incident.updates} == {
            one["id"] for one in row["incident_updates"]
        }


@real
@pytest.mark.shared
def test_real_components_of_the_public_api():
    document = payload("github-2022-11-25-summary-active-incident.json")
    assert read_page(document["page"]).url == "https://www.githubstatus.com"
    found = read_components(document["components"])
    assert [one.name for one in found][:2] == ["Git Operations", "API Requests"]
    assert [one.name for one in found if COMPONENT_STATUSES[one.status].rank] == ["Packages"]


GROUPED = [
    {"id": "z", "name": "Zebra", "position": 4, "group_id": None},
    {"id": "b2", "name": "Two", "position": 2, "group_id": "B"},
    {"id": "B", "name": "Backend", "position": 2, "group": True, "components": ["b1", "b2"]},
    {"id": "a", "name": "Apple", "position": 1},
    {"id": "b1", "name": "One", "position": 1, "group_id": "B"},
    {"id": "c1", "name": "One", "position": 1, "group_id": "C"},
    {"id": "C", "name": "Core", "position": 2, "group": True},
    {"id": "b9", "name": "Nine", "position": 9, "group_id": "B"},
]


def test_components_come_in_the_pages_order_with_their_groups_names():
    found = read_components(GROUPED)
    assert [one.path for one in found] == [
        "Apple",
        "Backend/One",
        "Backend/Two",
        "Backend/Nine",
        "Core/One",
        "Zebra",
    ]
    assert [one.position for one in found] == list(range(6))


@given(st.permutations(GROUPED))
def test_a_groups_members_stay_together_however_they_are_listed(rows):
    groups = [one.group for one in read_components(rows) if one.group]
    assert groups in (["Backend"] * 3 + ["Core"], ["Core"] + ["Backend"] * 3)


def test_components_without_positions_ids_or_a_status_that_is_known():
    rows = [{"name": "B", "status": ""}, {"id": 7, "name": "A", "status": "on fire"}]
    found = read_components(rows)
    assert [(one.id, one.name, one.status) for one in found] == [
        ("B", "B", "operational"),
        ("7", "A", "operational"),
    ]


@pytest.mark.parametrize(
    "affected",
    [None, [], [{"name": "No components were affected by this update."}], "none", [None, 3], {}],
)
def test_an_update_that_names_no_component(affected):
    incident = read_incident(
        an_incident(incident_updates=[an_update(affected_components=affected)])
    )
    assert incident.updates[0].components == ()


def test_updates_are_ordered_by_the_time_shown_and_ties_by_creation():
    rows = [
        an_update(id="u4", created_at="2024-06-07T04:00:00Z", display_at="2024-06-07T01:30:00Z"),
        an_update(id="u3", created_at="2024-06-07T03:00:00Z", display_at="2024-06-07T03:00:00Z"),
        an_update(id="u2", created_at="2024-06-07T02:00:00Z", display_at="2024-06-07T03:00:00Z"),
        an_update(id="u1b", created_at="2024-06-07T01:00:00Z"),
        an_update(id="u1a", created_at="2024-06-07T01:00:00Z"),
    ]
    wanted = ["u1a", "u1b", "u4", "u2", "u3"]
    for listed in (rows, rows[::-1]):
        found = read_incident(an_incident(incident_updates=listed)).updates
        assert [one.id for one in found if one.id not in {"u1a", "u1b"}] == wanted[2:]
    newest_first = read_incident(an_incident(incident_updates=rows))
    assert [one.id for one in newest_first.updates] == wanted


def test_offsets_of_the_pages_zone_become_utc():
    incident = read_incident(
        an_incident(
            created_at="2026-05-13T14:16:07.149-04:00",
            resolved_at="2026-11-01T01:30:00-06:00",
            updated_at="2026-05-13T14:16:07",
        )
    )
    assert incident.created_at == datetime(2026, 5, 13, 18, 16, 7, 149000, tzinfo=UTC)
    assert incident.resolved_at == datetime(2026, 11, 1, 7, 30, tzinfo=UTC)
    assert incident.updated_at is None, "a time without a zone is no time"


def test_a_published_postmortem_makes_a_resolved_incident_with_a_postmortem():
    incident = read_incident(
        an_incident(
            status="postmortem",
            incident_updates=[
                an_update(
                    id="p", status="postmortem", body="Why", created_at="2024-06-09T01:00:00Z"
                ),
                an_update(status="resolved", created_at="2024-06-07T02:00:00Z"),
            ],
        )
    )
    assert incident.status == "resolved"
    assert [one.status for one in incident.updates] == ["resolved"]
    assert incident.postmortem == RemotePostmortem("Why", None, at("2024-06-09T01:00:00Z"))


def test_a_maintenance_is_known_by_its_status_or_its_schedule():
    for changes in ({"status": "in_progress"}, {"scheduled_for": "2026-01-01T00:00:00Z"}):
        assert read_incident(an_incident(**changes)).kind == "maintenance"
    assert read_incident(an_incident(status="In Progress")).status == "in_progress"
    assert read_incident(an_incident(impact="maintenance")).impact == "maintenance"
    assert read_incident(an_incident(impact=None)).impact == "none"


def test_metadata_that_breaks_the_rules_is_not_sent_back():
    found = read_incident(an_incident(metadata={"jira": {"id": 1}, "loose": "text"}))
    assert found.metadata == {"jira": {"id": 1}}


def test_a_lone_surrogate_is_replaced_and_other_foreign_text_kept_to_the_letter():
    incident = read_incident(an_incident(name="\ud83d \x1b[31m<b>é</b>"))
    assert incident.name == "? \x1b[31m<b>é</b>"
    incident.name.encode()


def test_a_group_name_comes_from_the_pages_components():
    components = read_components(GROUPED)
    incident = read_incident(
        an_incident(
            components=[{"id": "b1", "name": "One", "status": "major_outage", "group_id": "B"}],
            incident_updates=[
                an_update(affected_components=[{"code": "b2", "name": "Two", "new_status": "x"}])
            ],
        ),
        components,
    )
    assert incident.components[0].path == "Backend/One"
    assert incident.components[0].status == "major_outage"
    assert incident.updates[0].components == (ComponentChange("b2", "Two", "Backend"),)


def test_templates_and_postmortems():
    template = read_template(
        {
            "id": "t",
            "name": "Slow",
            "title": None,
            "body": "We see…",
            "update_status": "investigating",
            "should_send_notifications": False,
            "components": [{"id": "a", "name": "API"}],
        }
    )
    assert (template.title, template.status, template.notify) == ("", "investigating", False)
    assert template.component_ids == ("a",)
    assert read_postmortem({"body": None, "body_draft": "d", "published_at": None}) == (
        RemotePostmortem(None, "d", None)
    )


@pytest.mark.parametrize("wrong", [None, 3, "x", [], [{}]])
def test_what_is_no_object_is_unreadable(wrong):
    for read in (read_incident, read_page, read_postmortem, read_template):
        with pytest.raises(Unreadable):
            read(wrong)


def test_an_incident_without_any_time_is_unreadable():
    with pytest.raises(Unreadable, match="time"):
        read_incident({"id": "i", "incident_updates": [an_update()]})
    told = read_incident(
        {"id": "i", "incident_updates": [an_update(display_at="2024-01-01T00:00:00Z")]}
    )
    assert told.created_at == datetime(2024, 1, 1, tzinfo=UTC)


NAMES = st.sampled_from(
    [
        "id",
        "code",
        "name",
        "status",
        "impact",
        "created_at",
        "display_at",
        "started_at",
        "incident_updates",
        "components",
        "affected_components",
        "new_status",
        "group",
        "group_id",
        "position",
        "metadata",
        "body",
        "postmortem_body",
    ]
)
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["2024-06-07T01:00:17Z", "0001-01-01T00:00:00+14:00", "resolved", "\ud800"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=8),
    max_leaves=25,
)


@given(st.dictionaries(NAMES, ANYTHING, max_size=12))
def test_anything_else_is_read_or_unreadable_and_never_a_traceback(value):
    for read in (read_incident, read_page, read_postmortem, read_template):
        try:
            read(value)
        except Unreadable:
            continue
    for listed in ([value], value.get("components")):
        try:
            found = read_components(listed, value.get("incident_updates"))
        except Unreadable:
            continue
        assert all(one.status in COMPONENT_STATUSES for one in found)
