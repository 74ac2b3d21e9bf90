"""From a person's words to the page, over a real socket and a bad network."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desks import Bench, restart_marker
from faulty_proxy import FaultyProxy
from ircon.desk.drafts import PublicDraft
from ircon.errors import NotFound, Refused
from ircon.incident.text import InternalText, PublicText
from practice_page import PracticePage

WORDS = "Card payments fail for about 4 % of orders since 02:50 UTC."


@pytest.fixture
def behind(tmp_path: Path, page: PracticePage, network: FaultyProxy) -> Iterator[Bench]:
    with Bench(tmp_path / "home", network.url, page.page_id, page.token or "") as made:
        yield made


def bodies(page: PracticePage, remote: str | None) -> list[str]:
    """What the public reads of an incident, oldest first."""
    incident = page.public(f"/incidents/{remote}.json")
    updates = incident.get("incident", incident)["incident_updates"]
    return [one["body"] for one in reversed(updates)]


def test_the_whole_way(bench: Bench, page: PracticePage) -> None:
    desk = bench.desk
    changes = tuple(desk.page_data.select(["API/*=partial_outage"]))
    declared = bench.say(WORDS, components=changes)
    assert asyncio.run(bench.run(declared.operation)).state == "confirmed"
    state = desk.records.incident(declared.incident)
    assert (state.status, state.impact, len(state.components)) == ("investigating", "major", 3)
    assert {one.status for one in state.components} == {"partial_outage"}
    # The copy of the page's components knows: a later change starts from there.
    assert {one.was for one in desk.page_data.select(["API/*"])} == {"partial_outage"}

    bench.clock.advance(300)
    fixed = bench.say("We rolled back the 02:48 release.", "monitoring", incident=state.id)
    asyncio.run(bench.run(fixed.operation))
    restored = tuple(one._replace(status="operational", was=one.status) for one in state.components)
    over = bench.say("Payments work again.", "resolved", incident=state.id, components=restored)
    asyncio.run(bench.run(over.operation))

    state = desk.records.incident(declared.incident)
    assert [one.delivery for one in state.updates] == ["published"] * 3
    assert (state.status, state.is_open) == ("resolved", False)
    assert not state.not_operational
    assert bodies(page, state.remote_id) == [
        WORDS,
        "We rolled back the 02:48 release.",
        "Payments work again.",
    ]
    summary = page.public("/api/v2/summary.json")
    assert {one["status"] for one in summary["components"]} == {"operational"}


def test_a_note_never_reaches_the_page(behind: Bench, network: FaultyProxy) -> None:
    canary = "canary-5f0e-replica-3"
    declared = behind.say(WORDS)
    behind.desk.respond.note(declared.incident, InternalText(canary))
    asyncio.run(behind.run(declared.operation))
    said = behind.say("Identified: a full disk.", "identified", incident=declared.incident)
    asyncio.run(behind.run(said.operation))
    assert network.writes()
    assert not [one for one in network.received if canary.encode() in one]


@pytest.mark.parametrize("fault", ["lost", "half", "applied-503"])
def test_an_answer_that_was_lost_is_looked_for_and_never_sent_again(
    behind: Bench, network: FaultyProxy, page: PracticePage, fault: str
) -> None:
    network.plan.append(fault)
    declared = behind.say(WORDS)
    first = asyncio.run(behind.run(declared.operation))
    assert first.state in {"unknown", "confirmed"}
    entry = behind.desk.records.incident(declared.incident).updates[0]
    assert entry.delivery in {"unknown", "published"}
    settled = asyncio.run(behind.run(declared.operation, seconds=5))
    assert settled.state == "confirmed"
    assert len(network.writes()) == 1
    assert bodies(page, settled.remote_incident) == [WORDS]


def test_what_was_lost_before_it_arrived_becomes_a_question(
    behind: Bench, network: FaultyProxy, page: PracticePage
) -> None:
    network.plan.append("reset")
    title = "Search is slow for accounts with many folders"
    declared = behind.say(WORDS, title=title)
    settled = asyncio.run(behind.run(declared.operation, seconds=90))
    assert settled.state == "needs_human"
    assert len(network.writes()) == 1
    item = behind.desk.outbox.item(declared.operation)
    assert item.word == "unknown"
    assert {"send_again", "it_is_there", "drop"} <= set(item.choices)

    behind.desk.outbox.decide(declared.operation, "send_again")
    settled = asyncio.run(behind.run(declared.operation, seconds=3))
    assert settled.state == "confirmed"
    listed = page.public("/api/v2/incidents.json")["incidents"]
    assert [one["name"] for one in listed].count(title) == 1
    assert not [one for one in page.mails() if title in str(one)]  # again, but mailing nobody


def test_a_late_arrival_is_found_before_it_is_sent_again(
    behind: Bench, network: FaultyProxy, page: PracticePage
) -> None:
    network.plan.append("reset")
    title = "Late arrival"
    declared = behind.say(WORDS, title=title)
    asyncio.run(behind.run(declared.operation, seconds=90))
    page.manage(
        "POST",
        "/incidents",
        {
            "incident": {
                "name": title,
                "status": "investigating",
                "body": WORDS,
                "metadata": {"ircon": {"op": declared.operation}},
            }
        },
    )
    behind.desk.outbox.decide(declared.operation, "send_again", notify=True)
    settled = asyncio.run(behind.run(declared.operation))
    assert settled.state == "confirmed"
    assert len(network.writes()) == 1


@pytest.mark.parametrize("fault", ["420", "429"])
def test_a_rate_limit_is_waited_for(behind: Bench, network: FaultyProxy, fault: str) -> None:
    network.plan.append(fault)
    declared = behind.say(WORDS)
    waiting = asyncio.run(behind.run(declared.operation))
    assert (waiting.state, waiting.rate_limited) == ("queued", True)
    settled = asyncio.run(behind.run(declared.operation, seconds=70, step=5))
    assert settled.state == "confirmed"
    assert len(network.writes()) == 2


def test_a_refusal_keeps_the_text(behind: Bench, network: FaultyProxy) -> None:
    network.plan.append("422")
    declared = behind.say(WORDS)
    refused = asyncio.run(behind.run(declared.operation))
    assert refused.state == "rejected"
    assert "not you" in (refused.error or "")
    update = behind.desk.records.incident(declared.incident).updates[0]
    assert (update.delivery, update.body.public) == ("failed", WORDS)
    again = behind.say(WORDS, incident=declared.incident)
    assert asyncio.run(behind.run(again.operation)).state == "confirmed"


@pytest.mark.parametrize("fault", ["redirect", "portal"])
def test_a_captive_portal_is_never_taken_for_a_yes(
    behind: Bench, network: FaultyProxy, fault: str
) -> None:
    network.plan.append(fault)
    declared = behind.say(WORDS)
    seen = asyncio.run(behind.run(declared.operation))
    assert seen.state in {"unknown", "rejected"}
    assert not behind.desk.records.incident(declared.incident).public_updates


def test_offline_it_waits_and_goes_out_once(tmp_path: Path) -> None:
    with PracticePage() as page, Bench(tmp_path, page.url, page.page_id, page.token or "") as bench:
        declared = bench.say(WORDS)
        asyncio.run(bench.run(declared.operation))
        said = bench.say("Identified: a full disk.", "identified", incident=declared.incident)
        page.stop()
        waiting = asyncio.run(bench.run(said.operation, seconds=20, step=10))
        assert waiting.state == "queued"
        assert waiting.error
        page.start()
        settled = asyncio.run(bench.run(said.operation, seconds=40, step=10))
        assert settled.state == "confirmed"
        assert bodies(page, settled.remote_incident) == [WORDS, "Identified: a full disk."]


def test_what_waited_too_long_is_asked_about(tmp_path: Path) -> None:
    with PracticePage() as page, Bench(tmp_path, page.url, page.page_id, page.token or "") as bench:
        page.stop()
        declared = bench.say(WORDS)
        old = asyncio.run(bench.run(declared.operation, seconds=660, step=60))
        assert old.state == "stale"
        page.start()
        assert asyncio.run(bench.run(declared.operation, seconds=60)).state == "stale"
        bench.desk.outbox.decide(declared.operation, "send_anyway")
        assert asyncio.run(bench.run(declared.operation)).state == "confirmed"


def test_a_machine_that_slept_asks_first(bench: Bench) -> None:
    declared = bench.say(WORDS)
    bench.clock.sleep(120)
    asked = asyncio.run(bench.run(declared.operation))
    assert asked.state == "stale"
    assert "slept" in (asked.error or "")


def test_a_colleague_who_posted_first_is_shown(bench: Bench, page: PracticePage) -> None:
    declared = bench.say(WORDS)
    created = asyncio.run(bench.run(declared.operation))
    page.manage(
        "PATCH",
        f"/incidents/{created.remote_incident}",
        {"incident": {"status": "identified", "body": "It is the database."}},
    )
    said = bench.say("It is the cache.", "identified", incident=declared.incident)
    conflict = asyncio.run(bench.run(said.operation))
    assert conflict.state == "conflict"
    assert bodies(page, created.remote_incident) == [WORDS, "It is the database."]
    bench.desk.outbox.decide(said.operation, "send_anyway")
    assert asyncio.run(bench.run(said.operation)).state == "confirmed"


def test_what_a_dead_sender_left_is_unknown_not_sent_again(
    bench: Bench, page: PracticePage
) -> None:
    declared = bench.say(WORDS, title="Left on its way")
    operation = bench.journal.operation(declared.operation)
    assert operation is not None
    for event, state in (("look", "preflight"), ("intend", "sending")):
        moved = operation._replace(
            state=state,
            moves=operation.moves + 1,
            base_ids=(),
            by=restart_marker(),
        )
        operation = bench.journal.move(operation, moved)
        assert operation is not None, event
    settled = asyncio.run(bench.run(declared.operation, seconds=90))
    assert settled.state == "needs_human"
    names = [one["name"] for one in page.public("/api/v2/incidents.json")["incidents"]]
    assert "Left on its way" not in names


def test_held_words_can_be_taken_back(bench: Bench, page: PracticePage) -> None:
    declared = bench.say(WORDS, title="Taken back", hold=10)
    asyncio.run(bench.run(declared.operation, seconds=5))
    assert bench.desk.holds.take_back(declared.operation) == declared.incident
    draft = bench.desk.saved_drafts.load(f"update:{declared.incident}")
    assert draft is not None
    assert draft["body"] == WORDS
    bench.clock.advance(30)
    bench.desk.holds.release()
    asyncio.run(bench.run(declared.operation, seconds=5))
    names = [one["name"] for one in page.public("/api/v2/incidents.json")["incidents"]]
    assert "Taken back" not in names
    with pytest.raises(Refused, match="Too late"):
        bench.desk.holds.take_back(declared.operation)


def test_several_that_are_taken_back_overwrite_neither_each_other_nor_what_is_typed(
    bench: Bench,
) -> None:
    first = bench.say(WORDS)
    asyncio.run(bench.run(first.operation))
    held = [
        bench.say(words, "identified", incident=first.incident, hold=10)
        for words in ("It is the cache.", "It is the disk.")
    ]
    bench.desk.saved_drafts.save(f"update:{first.incident}", {"body": "Half a thou"})
    for one in held:
        bench.desk.holds.take_back(one.operation)
    kept = {one.content["body"] for one in bench.desk.saved_drafts.updates()}
    assert kept == {"Half a thou", "It is the cache.", "It is the disk."}
    there = bench.desk.saved_drafts.load(f"update:{first.incident}")
    assert there is not None
    assert there["body"] == "It is the disk."  # the last one, in the composer


def test_held_words_of_a_dead_console_never_leave(bench: Bench) -> None:
    declared = bench.say(WORDS, hold=10)
    operation = bench.journal.operation(declared.operation)
    assert operation is not None
    orphan = operation._replace(moves=operation.moves + 1, by=restart_marker())
    assert bench.journal.move(operation, orphan)
    bench.clock.advance(60)
    bench.desk.holds.release(mine_only=False)
    assert asyncio.run(bench.run(declared.operation, seconds=5)).state == "draft"


def test_order_is_kept_within_an_incident(
    behind: Bench, network: FaultyProxy, page: PracticePage
) -> None:
    declared = behind.say(WORDS)
    second = behind.say("Second.", "identified", incident=declared.incident)
    third = behind.say("Third.", "monitoring", incident=declared.incident)
    network.plan.extend(["ok", "reset"])
    asyncio.run(behind.run(third.operation, seconds=30))
    blocked = behind.journal.operation(third.operation)
    assert blocked is not None
    assert blocked.state == "queued"  # the second may be public: nothing overtakes it
    asyncio.run(behind.run(second.operation, seconds=60))
    behind.desk.outbox.decide(second.operation, "send_again")
    settled = asyncio.run(behind.run(third.operation, seconds=30))
    assert bodies(page, settled.remote_incident) == [WORDS, "Second.", "Third."]


class TestRefusals:
    """Each a sentence that says what to do; nothing is queued."""

    def test_a_placeholder_that_is_left(self, bench: Bench) -> None:
        with pytest.raises(Refused, match=r"\{\{symptom\}\}"):
            bench.say("We see {{symptom}}.")

    def test_a_body_that_a_page_would_not_take(self, bench: Bench) -> None:
        with pytest.raises(Refused, match="25,001 characters"):
            bench.say("x" * 25_001)

    def test_a_name_that_a_page_would_not_take(self, bench: Bench) -> None:
        with pytest.raises(Refused, match="256 characters"):
            bench.say(WORDS, title="x" * 256)

    def test_a_status_of_the_other_kind(self, bench: Bench) -> None:
        with pytest.raises(Refused, match="verifying"):
            bench.say(WORDS, "verifying")

    def test_an_incident_that_is_over(self, bench: Bench) -> None:
        declared = bench.say(WORDS)
        asyncio.run(bench.run(declared.operation))
        over = bench.say("Payments work.", "resolved", incident=declared.incident)
        asyncio.run(bench.run(over.operation))
        with pytest.raises(Refused, match="already resolved"):
            bench.say("One more thing.", "monitoring", incident=declared.incident)
        again = bench.say("It is back.", "investigating", incident=declared.incident, reopen=True)
        assert asyncio.run(bench.run(again.operation)).state == "confirmed"

    def test_an_incident_that_does_not_exist(self, bench: Bench) -> None:
        with pytest.raises(NotFound, match="zzz9"):
            bench.say(WORDS, incident="zzz9")

    def test_words_other_than_those_confirmed(self, bench: Bench) -> None:
        from ircon.desk.drafts import PublicDraft

        draft = PublicDraft("investigating", PublicText(WORDS), title=PublicText("Down"))
        confirmation = bench.desk.publish.prepare(draft).confirm()
        with pytest.raises(Refused, match="not the text"):
            bench.desk.publish.send(replace(draft, body=PublicText("Other.")), confirmation)


def test_public_words_cannot_be_retracted_here(bench: Bench) -> None:
    declared = bench.say(WORDS)
    asyncio.run(bench.run(declared.operation))
    with pytest.raises(Refused, match="public"):
        bench.desk.respond.retract(declared.incident, "u1")
    bench.desk.respond.note(declared.incident, InternalText("wrong host"))
    bench.desk.respond.retract(declared.incident, "n1")
    assert bench.desk.records.incident(declared.incident).notes[0].retracted


def test_a_later_update_of_one_component_keeps_the_others_attached(
    bench: Bench, page: PracticePage
) -> None:
    both = tuple(bench.desk.page_data.select(["Checkout=partial_outage", "Webhooks"]))
    declared = bench.say(WORDS, components=both)
    asyncio.run(bench.run(declared.operation))
    one = tuple(bench.desk.page_data.select(["Checkout=major_outage"]))
    said = bench.say("Worse now.", "identified", incident=declared.incident, components=one)
    settled = asyncio.run(bench.run(said.operation))
    shown = page.manage("GET", f"/incidents/{settled.remote_incident}").json()
    assert {each["name"] for each in shown["components"]} == {"Checkout", "Webhooks"}


def test_what_the_page_has_deleted_is_closed_without_a_further_word(
    bench: Bench, page: PracticePage
) -> None:
    told = bench.say(WORDS)
    asyncio.run(bench.run(told.operation))
    with pytest.raises(Refused, match="--leave-page"):
        bench.desk.respond.close(told.incident)
    remote = bench.desk.records.incident(told.incident).remote_id
    page.manage("DELETE", f"/incidents/{remote}")
    bench.clock.advance(300)

    async def look() -> None:
        session = bench.desk.open_delivery_session()
        await session.pull(told.incident)
        await session.aclose()

    asyncio.run(look())
    bench.desk.respond.close(told.incident)
    assert not bench.desk.records.incident(told.incident).is_open


@pytest.mark.parametrize("title", [None, "Pool looks odd"])
def test_what_nobody_was_told_of_is_not_published_only_to_end(
    bench: Bench, title: str | None
) -> None:
    incident = bench.desk.respond.declare_internal("Pool looks odd")
    draft = PublicDraft(
        "resolved",
        PublicText("False alarm."),
        incident=incident,
        title=PublicText(title) if title else None,
    )
    with pytest.raises(Refused, match="nothing to close") as refused:
        bench.desk.publish.prepare(draft)
    assert "ircon close" in refused.value.hint
    named = replace(draft, title=PublicText("Orders failed for a while"))
    assert bench.desk.publish.prepare(named).opens
