"""A postmortem goes through the same states: published once, or said not to be."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from delivery.interposed import interpose, once
from desks import Bench
from faulty_proxy import FaultyProxy
from ircon.errors import NotSent, RateLimited, Rejected
from ircon.incident.text import PublicText
from practice_page import PracticePage

WORDS = "Card payments failed for 4 % of orders for 25 minutes. A full disk was the cause."


@pytest.fixture
def bench(tmp_path: Path, page: PracticePage, network: FaultyProxy) -> Iterator[Bench]:
    with Bench(tmp_path / "home", network.url, page.page_id, page.token or "") as made:
        yield made


@pytest.fixture
def resolved(bench: Bench) -> tuple[str, str]:
    """A resolved incident: its id here and on the page."""
    first = bench.say("Card payments fail for about 4 % of orders.")
    asyncio.run(bench.run(first.operation))
    over = bench.say("Payments work again.", "resolved", incident=first.incident)
    remote = asyncio.run(bench.run(over.operation)).remote_incident
    return first.incident, remote or ""


def publish(bench: Bench, incident: str, words: str = WORDS) -> str:
    body = PublicText(words)
    preview = bench.desk.publish.prepare_postmortem(incident, body, notify=False)
    reason = {"reason": "a test"} if preview.needs_reason else {}
    posted = bench.desk.publish.send_postmortem(
        incident, body, preview.confirm(), notify=False, **reason
    )
    return posted.operation


def publications(network: FaultyProxy) -> int:
    return sum(b"/postmortem/publish" in one.split(b"\r\n")[0] for one in network.received)


@pytest.mark.parametrize("plan", [["ok", "lost"], ["ok", "applied-503"], ["ok", "half"]])
def test_a_lost_answer_is_looked_for(
    bench: Bench, network: FaultyProxy, resolved: tuple[str, str], plan: list[str]
) -> None:
    network.plan.extend(plan)
    op = publish(bench, resolved[0])
    assert asyncio.run(bench.run(op)).state == "unknown"
    assert asyncio.run(bench.run(op, seconds=3)).state == "confirmed"
    assert publications(network) == 1
    assert bench.desk.records.incident(resolved[0]).postmortem.state == "published"


def test_a_lost_draft_is_put_again_since_nobody_sees_it(
    bench: Bench, network: FaultyProxy, resolved: tuple[str, str]
) -> None:
    network.plan.append("lost")
    op = publish(bench, resolved[0])
    assert asyncio.run(bench.run(op)).state == "queued"
    assert asyncio.run(bench.run(op, seconds=5)).state == "confirmed"
    assert publications(network) == 1


@pytest.mark.parametrize(
    "error", [NotSent("no connection"), RateLimited("wait"), Rejected("no", status=403)]
)
def test_a_look_that_fails_after_publishing_does_not_publish_again(
    bench: Bench, network: FaultyProxy, resolved: tuple[str, str], error: Exception
) -> None:
    looks: list[None] = []

    def fail() -> None:
        looks.append(None)
        if len(looks) == 2:  # the first is the preflight's
            raise error

    interpose(bench, postmortem=fail)
    op = publish(bench, resolved[0])
    assert asyncio.run(bench.run(op)).state == "unknown"
    assert asyncio.run(bench.run(op, seconds=3)).state == "confirmed"
    assert publications(network) == 1


def test_what_never_arrived_becomes_a_question(
    bench: Bench, network: FaultyProxy, resolved: tuple[str, str]
) -> None:
    network.plan.extend(["ok", "reset"])
    op = publish(bench, resolved[0])
    assert asyncio.run(bench.run(op, seconds=90)).state == "needs_human"
    assert bench.desk.records.incident(resolved[0]).postmortem.state != "published"
    bench.desk.outbox.decide(op, "send_again")
    assert asyncio.run(bench.run(op)).state == "confirmed"


def test_a_colleagues_postmortem_is_not_written_over(
    bench: Bench, network: FaultyProxy, page: PracticePage, resolved: tuple[str, str]
) -> None:
    incident, remote = resolved
    theirs = {"postmortem": {"body_draft": "What a colleague wrote."}}
    page.manage("PUT", f"/incidents/{remote}/postmortem", theirs).raise_for_status()
    op = publish(bench, incident)
    asked = asyncio.run(bench.run(op))
    assert (asked.state, "had not seen" in (asked.error or "")) == ("conflict", True)
    kept = page.manage("GET", f"/incidents/{remote}/postmortem").json()
    assert kept["body_draft"] == "What a colleague wrote."
    bench.desk.outbox.decide(op, "send_anyway")
    assert asyncio.run(bench.run(op)).state == "confirmed"


def test_a_person_who_stops_between_draft_and_publication_published_nothing_twice(
    bench: Bench, network: FaultyProxy, resolved: tuple[str, str]
) -> None:
    def stop() -> None:
        raise asyncio.CancelledError

    interpose(bench, publish_postmortem=once(stop))
    op = publish(bench, resolved[0])
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(bench.run(op))
    held = bench.journal.operation(op)
    assert held is not None
    assert held.state == "unknown"
    assert publications(network) == 0
