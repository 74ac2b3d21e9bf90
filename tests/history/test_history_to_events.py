"""Reports as events: the same ids on every import, and nothing half imported."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircon.errors import Unreadable
from ircon.history.report import Report
from ircon.history.shapes import read_reports
from ircon.history.to_events import declared_id, identity, to_events
from ircon.incident.event import Event, check_payload
from ircon.incident.event_record import from_record, to_record
from ircon.incident.fold import fold
from ircon.incident.ids import is_ulid

NOW = datetime(2026, 3, 2, 3, 12, tzinfo=UTC)

OLD = "Investigating\nSlow.\nPosted Jan 05, 2026 - 10:00 UTC\nThis incident affected: API (a, b).\n"
NEW = "Resolved\nDone.\nPosted Jan 05, 2026 - 11:00 UTC\nMonitoring\nBetter.\nPosted Jan 05, 2026 - 10:00 UTC\n"
HEAD = "Slow\nIncident Report for P\n"
POSTMORTEM = "Postmortem\nIt broke.\nPosted Jan 09, 2026 - 11:00 UTC\n"


def read(text: str) -> Report:
    (report,) = read_reports(text.encode(), "copied.txt")
    return report


def events(text: str, now: datetime = NOW) -> list[Event]:
    return to_events(read(text), "k7f2", recorded_at=now, actor="ada")


def ids(made: list[Event]) -> set[str]:
    return {one.id for one in made}


def test_a_report_becomes_events_the_vocabulary_allows():
    made = events(HEAD + POSTMORTEM + NEW + OLD)
    assert [one.kind for one in made] == [
        "declared",
        "update",
        "update",
        "update",
        "postmortem",
        "source",
    ]
    for one in made:
        assert is_ulid(one.id)
        check_payload(one.kind, one.payload)
        assert from_record(to_record(one), "k7f2") == one
    declared = made[0]
    assert (declared.visibility, declared.payload["origin"], declared.at.isoformat()) == (
        "public",
        "import",
        "2026-01-05T10:00:00+00:00",
    )
    assert [one.payload["status"] for one in made[1:4]] == [
        "investigating",
        "monitoring",
        "resolved",
    ]
    assert "created_at" not in made[1].payload


def test_the_source_is_internal_and_kept_to_the_letter():
    text = "\ufeff" + (HEAD + OLD).replace("\n", "\r\n")
    source = events(text)[-1]
    assert source.visibility == "internal"
    assert source.payload["text"] == text
    assert source.payload["digest"] == hashlib.sha256(text.encode()).hexdigest()
    assert (source.payload["format"], source.payload["name"]) == ("statuspage-text", "copied.txt")


def test_importing_again_on_another_day_makes_the_same_ids():
    text = HEAD + POSTMORTEM + NEW + OLD
    assert ids(events(text)) == ids(events(text, NOW + timedelta(days=9)))
    assert len(ids(events(text))) == 6


def test_a_newer_copy_adds_only_what_is_new():
    older, newer = events(HEAD + OLD), events(HEAD + POSTMORTEM + NEW + OLD)
    assert older[0].id == newer[0].id == declared_id(read(HEAD + OLD))
    added = [one.kind for one in newer if one.id not in ids(older)]
    assert added == ["update", "update", "postmortem", "source"]
    incident = fold([*older, *newer])
    assert [one.body.public for one in incident.updates] == ["Slow.", "Better.", "Done."]


def test_ids_sort_as_the_page_does_within_a_minute():
    same = "".join(f"Update\n{n}\nPosted Jan 05, 2026 - 10:00 UTC\n" for n in range(40, 0, -1))
    made = events(HEAD + same + OLD)
    assert [one.id for one in made] == sorted(one.id for one in made)
    assert [one.body.public for one in fold(made).updates] == ["Slow.", *map(str, range(1, 41))]


@given(st.data())
def test_the_order_of_arrival_does_not_change_the_incident(data):
    made = events(HEAD + POSTMORTEM + NEW + OLD)
    shuffled = data.draw(st.permutations(made))
    assert fold([*shuffled, *made]) == fold(made)


@pytest.mark.parametrize(
    "other",
    [
        HEAD.replace("Slow", "Slower") + OLD,
        HEAD.replace("for P", "for Q") + OLD,
        HEAD + OLD.replace("10:00", "10:01"),
    ],
)
def test_another_incident_has_another_identity(other):
    assert identity(read(other)) != identity(read(HEAD + OLD))
    assert not ids(events(other)) & ids(events(HEAD + OLD))


def test_spacing_and_case_of_names_do_not_make_another_incident():
    assert identity(read(HEAD.replace("for P", "for  p") + OLD)) == identity(read(HEAD + OLD))


INCIDENT = {
    "id": "abcdefgh1234",
    "name": "Slow",
    "status": "investigating",
    "impact": "minor",
    "created_at": "2026-03-02T07:30:00Z",
    "incident_updates": [
        {
            "id": "u1",
            "status": "investigating",
            "body": "Slow.",
            "created_at": "2026-03-02T07:30:10.250Z",
            "display_at": "2026-03-02T07:30:10.250Z",
        }
    ],
}


def from_json(incident: dict, page: str = "P") -> Report:
    (report,) = read_reports(
        json.dumps({"page": {"id": "p1", "name": page}, "incidents": [incident]}).encode(), "x.json"
    )
    return report


def test_the_pages_own_id_outlasts_a_new_title_and_a_moved_time():
    first = from_json(INCIDENT)
    (update,) = INCIDENT["incident_updates"]
    edited = {
        **INCIDENT,
        "name": "Slow cards",
        "incident_updates": [{**update, "display_at": "2026-03-02T07:00:00Z"}],
    }
    second = from_json(edited, page="P renamed")
    assert declared_id(first) == declared_id(second)
    made = [to_events(one, "k7f2", recorded_at=NOW, actor="ada") for one in (first, second)]
    assert [one.kind for one in made[1] if one.id not in ids(made[0])] == ["source"]


def test_pages_that_number_their_incidents_do_not_meet():
    numbered = {**INCIDENT, "id": "7"}
    here, there = from_json(numbered), replace(from_json(numbered), page_id="p2")
    assert identity(here) != identity(there)


def test_a_feed_and_json_of_one_incident_meet():
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>P Status - Incident History</title><entry>'
        '<published>2026-03-02T07:30:10Z</published><link href="https://p.example/incidents/abcdefgh1234"/>'
        "<title>Slow</title><content>&lt;small&gt;Mar 2, 07:30 UTC&lt;/small&gt;&lt;br&gt;"
        "&lt;strong&gt;Investigating&lt;/strong&gt; - Slow.</content></entry></feed>"
    )
    (report,) = read_reports(feed.encode(), "history.atom")
    made = to_events(report, "k7f2", recorded_at=NOW, actor="ada")
    again = to_events(from_json(INCIDENT), "k7f2", recorded_at=NOW, actor="ada")
    assert [one.kind for one in again if one.id not in ids(made)] == ["source"]


def test_json_keeps_when_an_update_was_made_and_what_it_changed():
    changed = {
        **INCIDENT["incident_updates"][0],
        "display_at": "2026-03-02T07:00:00Z",
        "affected_components": [
            {"code": "c1", "name": "API", "old_status": "operational", "new_status": "major_outage"}
        ],
    }
    incident = fold(
        to_events(
            from_json({**INCIDENT, "incident_updates": [changed]}),
            "k7f2",
            recorded_at=NOW,
            actor="ada",
        )
    )
    (update,) = incident.updates
    assert (update.created_at - update.shown_at) == timedelta(
        minutes=30, seconds=10, milliseconds=250
    )
    assert [(one.name, one.status) for one in incident.components] == [("API", "major_outage")]
    assert (update.remote_id, incident.impact, incident.origin) == ("u1", "minor", "import")


def test_the_source_says_which_incident_of_which_page_it_was():
    source = to_events(from_json(INCIDENT), "k7f2", recorded_at=NOW, actor="ada")[-1].payload
    assert (source["remote_id"], source["page_id"]) == ("abcdefgh1234", "p1")
    assert "url" not in source


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (HEAD + NEW.replace("11:00 UTC", "11:00 XYZT") + OLD, 5, "unknown zone 'XYZT'"),
        (HEAD + "Resolved\nDone.\n" + OLD, 4, "no 'Posted' line follows it"),
        (
            HEAD + POSTMORTEM.replace("2026 ", "2026, ").replace("11:00", "31:00") + OLD,
            5,
            "does not exist",
        ),
    ],
)
def test_a_report_whose_order_is_not_known_is_not_imported_at_all(text, line, why):
    with pytest.raises(Unreadable, match=why) as caught:
        events(text)
    assert caught.value.line == line


def test_prose_is_filed_under_the_import_and_says_so():
    text = "On 4 May some orders were lost for an hour.\n"
    first, again = events(text), events(text, NOW + timedelta(days=1))
    assert ids(first) == ids(again)
    assert {one.at for one in first} == {NOW}
    told = fold(first)
    assert (told.declared_at, told.impact, told.postmortem.published_at) == (None, None, None)
    assert "shown_at" not in first[1].payload
    assert "unknown date" in " ".join(first[-1].payload["warnings"])
    assert ids(events("On 5 May some orders were lost for an hour.\n")).isdisjoint(ids(first))


def test_a_postmortem_without_its_updates_is_about_something_that_is_over():
    incident = fold(events(HEAD + POSTMORTEM))
    assert (incident.status, incident.declared_at.day, incident.updates) == ("resolved", 9, ())


def test_nothing_of_an_import_is_queued_or_notified():
    incident = fold(events(HEAD + POSTMORTEM + NEW + OLD))
    assert {one.delivery for one in incident.updates} == {"observed"}
    assert not any(one.notify or one.op for one in incident.updates)
    assert incident.pending_updates == ()
