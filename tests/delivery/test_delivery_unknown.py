"""What may be public: looked for, asked about, and never called what it is not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from delivery.interposed import interpose, once
from desks import Bench
from faulty_proxy import FaultyProxy
from ircon.delivery import policy
from ircon.errors import AlreadyClaimed, NotSent, Rejected, Unknown
from ircon.incident.text import PublicText
from practice_page import PracticePage

WORDS = "Card payments fail for about 4 % of orders since 02:50 UTC."


@pytest.fixture
def bench(tmp_path: Path, page: PracticePage, network: FaultyProxy) -> Iterator[Bench]:
    with Bench(tmp_path / "home", network.url, page.page_id, page.token or "") as made:
        yield made


def declared(bench: Bench) -> tuple[str, str]:
    """An incident on the page: its id here and there."""
    posted = bench.say(WORDS)
    operation = asyncio.run(bench.run(posted.operation))
    assert operation.state == "confirmed"
    return posted.incident, operation.remote_incident or ""


def lost(bench: Bench, network: FaultyProxy, incident: str) -> str:
    """An update that never arrived, and that a person is asked about."""
    network.plan.append("reset")
    said = bench.say("It is the cache.", "identified", incident=incident)
    assert asyncio.run(bench.run(said.operation, seconds=90)).state == "needs_human"
    return said.operation


def post(page: PracticePage, remote: str, body: str, **more: Any) -> str:
    """Somebody else's update; its id on the page."""
    said = {"status": "identified", "body": body, **more}
    answer = page.manage("PATCH", f"/incidents/{remote}", {"incident": said}).json()
    newest: str = answer["incident_updates"][0]["id"]
    return newest


def test_looks_come_at_1_3_7_15_30_45_and_60_seconds(bench: Bench, network: FaultyProxy) -> None:
    incident, _ = declared(bench)
    network.plan.append("reset")
    said = bench.say("It is the cache.", "identified", incident=incident)
    asyncio.run(bench.run(said.operation))
    looks, seen = [], len(network.received)
    for second in range(1, 62):
        bench.clock.advance(1)
        operation = asyncio.run(bench.run(said.operation))
        if len(network.received) > seen:
            looks.append(second)
            seen = len(network.received)
    assert looks == [1, 3, 7, 15, 30, 45, 60]
    assert operation.state == "needs_human"
    assert len(network.writes()) == 2


def test_looks_that_fail_do_not_count_and_stay_inside_the_rate_limit(
    tmp_path: Path,
) -> None:
    with PracticePage() as page, Bench(tmp_path, page.url, page.page_id, page.token or "") as bench:
        incident, _ = declared(bench)
        asked: list[None] = []
        interpose(bench, write=lambda: _raise(Unknown("lost")), incident=lambda: asked.append(None))
        said = bench.say("It is the cache.", "identified", incident=incident)
        asyncio.run(bench.run(said.operation))
        page.stop()
        asked.clear()
        offline = asyncio.run(bench.run(said.operation, seconds=300))
        assert offline.state == "unknown"
        assert len(asked) <= 300 / policy.MAX_READ_DELAY + 6
        page.start()
        assert asyncio.run(bench.run(said.operation, seconds=16)).state == "unknown"
        assert asyncio.run(bench.run(said.operation, seconds=60)).state == "needs_human"


def test_a_clock_that_is_set_back_delays_no_look(bench: Bench, network: FaultyProxy) -> None:
    incident, _ = declared(bench)
    network.plan.append("lost")
    said = bench.say("It is the cache.", "identified", incident=incident)
    assert asyncio.run(bench.run(said.operation)).state == "unknown"
    bench.clock.set_back(3_600)
    assert asyncio.run(bench.run(said.operation, seconds=20)).state == "confirmed"


def test_a_write_during_which_the_machine_slept_is_unknown_whatever_its_answer(
    bench: Bench,
) -> None:
    incident, _ = declared(bench)

    def sleep() -> None:
        bench.clock.sleep(600)
        raise NotSent("no connection")

    interpose(bench, write=once(sleep))
    said = bench.say("It is the cache.", "identified", incident=incident)
    seen = asyncio.run(bench.run(said.operation))
    assert (seen.state, "slept" in (seen.error or "")) == ("unknown", True)


def test_it_is_there_counts_once_the_page_shows_it(
    bench: Bench, network: FaultyProxy, page: PracticePage
) -> None:
    incident, remote = declared(bench)
    op = lost(bench, network, incident)
    theirs = post(page, remote, "It is the cache.", status="identified")
    bench.desk.outbox.decide(op, "it_is_there", remote=theirs)
    assert bench.desk.outbox.item(op).word == "unknown"  # until the page itself shows it
    settled = asyncio.run(bench.run(op))
    assert (settled.state, settled.remote_id) == ("confirmed", theirs)


def test_other_words_that_are_named_are_not_ours(
    bench: Bench, network: FaultyProxy, page: PracticePage
) -> None:
    incident, remote = declared(bench)
    op = lost(bench, network, incident)
    theirs = post(page, remote, "Other responder speaks here.", status="identified")
    bench.desk.outbox.decide(op, "it_is_there", remote=theirs)
    settled = asyncio.run(bench.run(op))
    assert (settled.state, settled.remote_id) == ("needs_human", None)
    assert f"{theirs} has another text" in (settled.error or "")


def test_a_mistyped_id_is_never_called_public(bench: Bench, network: FaultyProxy) -> None:
    incident, _ = declared(bench)
    op = lost(bench, network, incident)
    bench.desk.outbox.decide(op, "it_is_there", remote="nosuchupdate")
    assert asyncio.run(bench.run(op, seconds=90)).state == "needs_human"
    update = bench.desk.records.incident(incident).updates[-1]
    assert (update.delivery, update.remote_id) == ("unknown", None)


def test_an_update_that_is_another_ones_cannot_be_named(bench: Bench, network: FaultyProxy) -> None:
    incident, _ = declared(bench)
    op = lost(bench, network, incident)
    first = bench.desk.records.incident(incident).updates[0]
    with pytest.raises(AlreadyClaimed):
        bench.desk.outbox.decide(op, "it_is_there", remote=first.remote_id)


def test_a_created_incident_can_be_named_by_its_id_and_gets_its_updates(
    bench: Bench, network: FaultyProxy, page: PracticePage
) -> None:
    network.plan.append("reset")
    posted = bench.say(WORDS, title="Named by a person")
    assert asyncio.run(bench.run(posted.operation, seconds=90)).state == "needs_human"
    body = {"name": "Other name", "status": "investigating", "body": "Other words."}
    remote = page.manage("POST", "/incidents", {"incident": body}).json()["id"]
    bench.desk.outbox.decide(posted.operation, "it_is_there", remote=remote)
    settled = asyncio.run(bench.run(posted.operation))
    assert (settled.state, settled.remote_incident) == ("confirmed", remote)
    more = bench.say("Fixed.", "monitoring", incident=posted.incident)
    assert asyncio.run(bench.run(more.operation)).state == "confirmed"


def test_a_near_match_is_shown_beside_and_can_be_said_not_to_be_it(
    bench: Bench, network: FaultyProxy, page: PracticePage
) -> None:
    incident, remote = declared(bench)
    network.plan.append("reset")
    words = "It is the cache of the eastern region, which we are emptying."
    said = bench.say(words, "identified", incident=incident)
    asyncio.run(bench.run(said.operation))
    theirs = post(page, remote, words[:45] + " ...")
    asked = asyncio.run(bench.run(said.operation, seconds=2))
    assert asked.state == "needs_human"
    (candidate,) = [one for one in bench.desk.outbox.page_updates(said.operation) if one.may_be_it]
    assert (candidate.remote_id, candidate.ours) == (theirs, False)
    assert candidate.body.public.startswith("It is the cache")
    bench.desk.outbox.decide(said.operation, "send_again")
    assert asyncio.run(bench.run(said.operation)).state == "confirmed"


def test_what_turned_up_after_the_decision_is_asked_about_before_it_is_sent(
    bench: Bench, network: FaultyProxy, page: PracticePage
) -> None:
    incident, remote = declared(bench)
    op = lost(bench, network, incident)
    bench.desk.outbox.decide(op, "send_again")
    post(page, remote, "It is the cache.", status="identified")
    post(page, remote, "It is the cache.", status="identified")
    asked = asyncio.run(bench.run(op))
    assert asked.state == "needs_human"
    assert len(network.writes()) == 2
    assert sum(one.may_be_it for one in bench.desk.outbox.page_updates(op)) == 2


def test_dropping_what_was_sent_once_does_not_say_that_it_never_was(
    bench: Bench, network: FaultyProxy
) -> None:
    incident, _ = declared(bench)
    op = lost(bench, network, incident)
    bench.desk.outbox.decide(op, "drop")
    assert "may be on the page" in (bench.desk.outbox.item(op).last_error or "")


def test_an_incident_that_was_deleted_on_the_page_leaves_nothing_in_doubt_for_ever(
    bench: Bench, network: FaultyProxy, page: PracticePage
) -> None:
    incident, remote = declared(bench)
    network.plan.append("lost")
    said = bench.say("It is the cache.", "identified", incident=incident)
    asyncio.run(bench.run(said.operation))
    page.manage("DELETE", f"/incidents/{remote}")
    assert asyncio.run(bench.run(said.operation, seconds=90)).state == "needs_human"


def test_a_sent_update_that_is_no_longer_shown_becomes_unknown(
    bench: Bench, page: PracticePage
) -> None:
    incident, _ = declared(bench)
    looked: list[None] = []

    def vanish() -> None:
        looked.append(None)
        if len(looked) > 1:  # the first look is the preflight's
            raise Rejected("gone", status=404)

    interpose(bench, incident=vanish)
    said = bench.say("It is the cache.", "identified", incident=incident)
    seen = asyncio.run(bench.run(said.operation, seconds=55))
    assert seen.state == "sent"
    assert len(looked) < 10
    assert asyncio.run(bench.run(said.operation, seconds=20)).state == "unknown"
    assert bench.desk.records.incident(incident).updates[-1].delivery == "unknown"


def test_edited_words_replace_a_lost_update_in_one_transaction(
    bench: Bench, network: FaultyProxy, page: PracticePage
) -> None:
    incident, _ = declared(bench)
    op = lost(bench, network, incident)
    again = bench.desk.outbox.decide(op, "edit", text=PublicText("It is the cache, in the east."))
    settled = asyncio.run(bench.run(again))
    assert settled.state == "confirmed"
    assert "may be on the page" in (bench.desk.outbox.item(op).last_error or "")
    with pytest.raises(Exception, match="is not possible"):
        bench.desk.outbox.decide(op, "edit", text=PublicText("Once more."))


def _raise(error: Exception) -> None:
    raise error


def test_each_try_is_counted_once_however_it_ends(bench: Bench, network: FaultyProxy) -> None:
    incident, _ = declared(bench)
    (first,) = bench.journal.operations()
    assert first.attempts == 1

    op = lost(bench, network, incident)
    assert bench.desk.outbox.item(op).attempts == 1
    bench.desk.outbox.decide(op, "drop")

    answers: list[Exception] = [NotSent("not now"), NotSent("the page is away")]
    interpose(
        bench,
        write=once(lambda: _raise(answers.pop(0))),
        identity=lambda: _raise(answers.pop()) if len(answers) == 1 else None,
    )
    said = bench.say("It is the disk.", "identified", incident=incident)
    tries = [asyncio.run(bench.run(said.operation)).attempts]
    for _ in range(2):
        bench.clock.advance(5)
        tries.append(asyncio.run(bench.run(said.operation)).attempts)
    assert tries == [1, 2, 3]  # sending began, the page could not be asked, sending began
    assert bench.desk.outbox.item(said.operation).state == "confirmed"
