"""What is changed or deleted on the page: learnt whole, kept beside what was, once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from delivery.interposed import interpose
from delivery.page_edits import WORDS, declared, edit, post, pull, sync
from desks import Bench
from ircon.incident.fold import fold
from ircon.incident.metrics import compute_metrics
from ircon.incident.times import iso
from ircon.pages.vendors.statuspage_schema import read_incident
from ircon.writing.customer_view import public_record
from ircon.writing.json_documents import show_document, timeline_document
from ircon.writing.terminal_views import timeline_lines
from practice_page import PracticePage


def change(page: PracticePage, remote: str, **said: object) -> None:
    page.manage("PATCH", f"/incidents/{remote}", {"incident": said}).raise_for_status()


def show(bench: Bench, incident: str, at: Any = None) -> dict[str, Any]:
    state = bench.desk.records.incident(incident, at)
    return show_document(state, compute_metrics(state, bench.clock.now()))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"name": "Payments fail"}, {"name": "Payments fail", "page_title": "Payments fail"}),
        ({"impact_override": "critical"}, {"impact": "critical"}),
        (
            {"name": "Cards & wallets", "impact_override": "major"},
            {"page_title": "Cards & wallets", "impact": "major"},
        ),
    ],
)
def test_what_the_page_says_of_an_incident_is_learnt(
    bench: Bench, page: PracticePage, said: dict[str, object], shown: dict[str, object]
) -> None:
    incident, remote = declared(bench)
    before = show(bench, incident)
    asked = bench.clock.now()
    bench.clock.advance(600)
    change(page, remote, **said)
    (event,) = pull(bench, incident)
    after = show(bench, incident)
    assert {name: after[name] for name in shown} == shown
    assert {name: show(bench, incident, asked)[name] for name in shown} == {
        name: before[name] for name in shown
    }  # the record keeps what was public when
    assert event.payload["was"]
    assert pull(bench, incident) == []
    line = timeline_document(bench.desk.records.incident(incident))[-1]
    assert line["seen_before"] <= iso(asked) <= line["at"]
    assert line["was"]


def test_a_window_that_is_moved_on_the_page_is_learnt(bench: Bench, page: PracticePage) -> None:
    begins = bench.clock.now() + timedelta(days=400)
    incident, remote = declared(
        bench,
        status="scheduled",
        kind="maintenance",
        scheduled_for=begins,
        scheduled_until=begins + timedelta(hours=2),
    )
    later = begins + timedelta(hours=1)
    change(page, remote, scheduled_for=iso(later), scheduled_until=iso(later + timedelta(hours=3)))
    pull(bench, incident)
    state = bench.desk.records.incident(incident)
    assert state.scheduled_for == later
    assert state.scheduled_until == later + timedelta(hours=3)
    assert pull(bench, incident) == []


def test_a_display_time_and_a_status_that_are_changed_there_are_learnt(
    bench: Bench, page: PracticePage
) -> None:
    incident, remote = declared(bench)
    there = read_incident(page.manage("GET", f"/incidents/{remote}").json())
    ours = there.updates[0]
    earlier = ours.shown_at - timedelta(minutes=20)
    said = {"incident_update": {"display_at": iso(earlier)}}
    page.manage("PATCH", f"/incidents/{remote}/incident_updates/{ours.id}", said).raise_for_status()
    pull(bench, incident)
    update = bench.desk.records.incident(incident).updates[0]
    assert abs(update.shown - earlier) < timedelta(seconds=1)
    assert update.was["shown_at"]
    assert pull(bench, incident) == []


def test_an_edit_is_what_show_shows_and_the_timeline_says_what_was(
    bench: Bench, page: PracticePage
) -> None:
    incident, remote = declared(bench)
    ours = bench.desk.records.incident(incident).updates[0]
    edit(page, remote, ours.remote_id or "", "Card payments fail for 5 % of orders.")
    pull(bench, incident)
    (shown,) = show(bench, incident)["updates"]
    assert shown["body"] == "Card payments fail for 5 % of orders."
    assert shown["was"] == {"body": WORDS}
    state = bench.desk.records.incident(incident)
    lines = "\n".join(timeline_lines(state, bench.desk.zone))
    assert "u1: Card payments fail for 5 % of orders." in lines
    assert f"was u1: {WORDS}" in lines
    assert "seen between" in lines
    public = "\n".join(timeline_lines(state, bench.desk.zone, public_only=True))
    assert WORDS not in public  # customers do not see it any more
    assert public_record(state).updates[0].body.public == "Card payments fail for 5 % of orders."


def test_words_that_the_page_leaves_out_are_missed_once_and_shown_as_public_no_more(
    bench: Bench, page: PracticePage
) -> None:
    incident, remote = declared(bench)
    ours = bench.desk.records.incident(incident).updates[0]
    edit(page, remote, ours.remote_id or "", "")
    assert len(pull(bench, incident)) == 1
    assert pull(bench, incident) == []  # the same look again is no other change
    (shown,) = show(bench, incident)["updates"]
    assert shown["body"] is None
    assert shown["was"] == {"body": WORDS}
    state = bench.desk.records.incident(incident)
    assert "u1 without text" in "\n".join(timeline_lines(state, bench.desk.zone))
    assert WORDS not in "\n".join(timeline_lines(state, bench.desk.zone, public_only=True))
    edit(page, remote, ours.remote_id or "", WORDS)
    assert len(pull(bench, incident)) == 1
    (shown,) = show(bench, incident)["updates"]
    assert (shown["body"], shown["was"]) == (WORDS, None)


def test_an_update_that_is_deleted_there_is_no_longer_what_customers_see(
    bench: Bench, page: PracticePage
) -> None:
    incident, remote = declared(bench)
    post(page, remote, "It is the database.")
    pull(bench, incident)
    whole = read_incident(page.manage("GET", f"/incidents/{remote}").json())
    without = [whole, replace(whole, updates=whole.updates[:1], status="investigating")]
    interpose(bench, incident=lambda: without[-1])
    (event,) = pull(bench, incident)
    assert event.payload["deleted"] is True
    assert pull(bench, incident) == []
    state = bench.desk.records.incident(incident)
    assert [bool(one.deleted_at) for one in state.updates] == [False, True]
    assert [one.body.public for one in public_record(state).updates] == [WORDS]
    without.pop()  # it was a cache's mistake: it is there
    pull(bench, incident)
    assert not any(one.deleted_at for one in bench.desk.records.incident(incident).updates)


def test_a_look_from_before_an_update_deletes_nothing(bench: Bench, page: PracticePage) -> None:
    incident, remote = declared(bench)
    before = read_incident(page.manage("GET", f"/incidents/{remote}").json())
    post(page, remote, "It is the database.")
    pull(bench, incident)
    interpose(bench, incident=lambda: before)
    assert pull(bench, incident) == []


def test_an_incident_that_is_deleted_on_the_page_is_said_once(
    bench: Bench, page: PracticePage
) -> None:
    incident, remote = declared(bench)
    page.manage("DELETE", f"/incidents/{remote}").raise_for_status()
    done = sync(bench)
    (event,) = done.pulled
    assert event.payload["deleted"] is True
    assert all(one.answered for one in done.pages)
    assert "deleted on the page" in str(bench.desk.records.incident(incident).entries[-1].text)
    assert bench.desk.records.incident(incident).deleted_at is not None
    assert sync(bench).pulled == []
    bench.clock.advance(3_600)
    asked: list[None] = []
    interpose(bench, incident=lambda: asked.append(None))
    sync(bench)
    assert asked == []  # not for ever

    said = bench.say("It is the cache.", "identified", incident=incident)
    refused = asyncio.run(bench.run(said.operation))
    assert (refused.state, "deleted on the page" in (refused.error or "")) == ("rejected", True)
    assert "config.toml" not in (refused.error or "")


def test_a_component_that_the_page_deleted_is_known_as_gone(
    bench: Bench, page: PracticePage
) -> None:
    made = page.manage("POST", "/components", {"component": {"name": "Ledger"}}).json()["id"]
    bench.desk.page_data.refresh()
    chosen = bench.desk.page_data.select(["Ledger=major_outage", "Checkout=partial_outage"])
    incident, _ = declared(bench, components=tuple(chosen))
    page.manage("DELETE", f"/components/{made}").raise_for_status()
    pull(bench, incident)
    state = bench.desk.records.incident(incident)
    assert state.deleted_components == {made}
    assert [one.name for one in state.not_operational] == ["Checkout"]
    assert [one.name for one in state.posted_components] == ["Checkout"]
    assert pull(bench, incident) == []
    over = bench.say(
        "Fixed.",
        "resolved",
        incident=incident,
        components=tuple(bench.desk.page_data.select(["Checkout=operational"])),
    )
    assert asyncio.run(bench.run(over.operation)).state == "confirmed"


def test_a_component_is_changed_by_nobody_elses_incident_and_by_none_that_is_over(
    bench: Bench, page: PracticePage
) -> None:
    (degraded,) = bench.desk.page_data.select(["API/API (group 01)=degraded_performance"])
    first, _ = declared(bench, components=(degraded,))
    second, _ = declared(
        bench, title="Another", components=(degraded._replace(status="major_outage"),)
    )
    assert pull(bench, first) == []  # the other incident's own update said so
    set_status = {"component": {"status": "partial_outage"}}
    page.manage("PATCH", f"/components/{degraded.id}", set_status).raise_for_status()
    asked = bench.clock.now()
    bench.clock.advance(60)
    (event,) = pull(bench, second)
    assert event.at > asked  # never before it was seen
    assert event.payload["components"][0]["group"] == "API"
    (standing,) = bench.desk.records.incident(second).components
    assert (standing.status, standing.group) == ("partial_outage", "API")

    over = bench.say(
        "Fixed.",
        "resolved",
        incident=second,
        components=(degraded._replace(status="operational"),),
    )
    assert asyncio.run(bench.run(over.operation)).state == "confirmed"
    page.manage("PATCH", f"/components/{degraded.id}", set_status).raise_for_status()
    assert pull(bench, second) == []
    page.manage("PATCH", f"/components/{degraded.id}", {"component": {"status": "operational"}})


def test_the_same_change_again_is_another_change(bench: Bench, page: PracticePage) -> None:
    changes = tuple(bench.desk.page_data.select(["Checkout=partial_outage"]))
    incident, _ = declared(bench, components=changes)
    statuses = ("major_outage", "partial_outage") * 3
    for status in statuses:
        component = {"component": {"status": status}}
        page.manage("PATCH", f"/components/{changes[0].id}", component).raise_for_status()
        assert len(pull(bench, incident)) == 1
        (standing,) = bench.desk.records.incident(incident).components
        assert standing.status == status
    page.manage("PATCH", f"/components/{changes[0].id}", {"component": {"status": "operational"}})


def test_two_processes_that_see_the_same_record_it_once(bench: Bench, page: PracticePage) -> None:
    incident, remote = declared(bench)
    there = bench.journal.events(incident)
    change(page, remote, name="Payments fail")
    (event,) = pull(bench, incident)
    bench.clock.advance(5)
    again = bench.open()
    try:
        again._journal.append([event._replace(at=bench.clock.now())])  # the other one's look
        assert fold(again._journal.events(incident)) == bench.desk.records.incident(incident)
        assert len(again._journal.events(incident)) == len(there) + 1
    finally:
        again.close()
