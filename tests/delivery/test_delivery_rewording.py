"""A page that changes the words it is given, drops what is attached, or does a thing twice."""

from __future__ import annotations

import asyncio
import html
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from delivery.interposed import interpose, once
from delivery.page_edits import sync
from desks import Bench
from faults.faulty_page import FaultyPage
from faults.page_truth import PAGE_ID, Write
from ircon.errors import Rejected, Unknown

WORDS = 'We "fixed" it -- it\'s the cache; ﬁle uploads & logins take 1…2 s < usual.\n\nMore soon.'
QUOTES = str.maketrans({'"': "\N{RIGHT DOUBLE QUOTATION MARK}", "'": "\N{PRIME}"})

REWORDED = {
    "typographic": lambda words: words.translate(QUOTES).replace("--", "\N{EM DASH}"),
    "entities": html.escape,
    "entities twice": lambda words: html.escape(html.escape(words)),
    "compatibility": lambda words: unicodedata.normalize("NFKC", words),
    "decomposed": lambda words: unicodedata.normalize("NFD", words),
    "trimmed": lambda words: words.strip() + " ",
    "folded": lambda words: " ".join(words.split()),
    "non-breaking": lambda words: words.replace(" ", "\u202f"),
    "markup": lambda words: f"<p>{html.escape(words)}</p>".replace("\n\n", "<br /><br />"),
}
OTHER = {"cut": lambda words: words[:30] + "...", "translated": lambda _words: "Es ist der Cache."}


@pytest.fixture
def page() -> Iterator[FaultyPage]:
    with FaultyPage(lambda: datetime.now(UTC), 0, 0) as made:
        made.is_bad = False
        yield made


@pytest.fixture
def bench(tmp_path: Path, page: FaultyPage) -> Iterator[Bench]:
    with Bench(tmp_path / "home", page.url, PAGE_ID, "token") as made:
        yield made


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize("rewrite", [*REWORDED.values(), *OTHER.values()], ids=[*REWORDED, *OTHER])
def test_the_answer_to_our_own_request_is_ours_whatever_its_words(
    bench: Bench, page: FaultyPage, rewrite: Callable[[str], str], *, keeps: bool
) -> None:
    page.truth.rewrite, page.truth.keeps_metadata = rewrite, keeps
    posted = bench.say(WORDS)
    assert asyncio.run(bench.run(posted.operation)).state == "confirmed"
    more = bench.say(WORDS, "identified", incident=posted.incident)
    assert asyncio.run(bench.run(more.operation)).state == "confirmed"
    assert len(page.truth.applied) == 2
    state = bench.desk.records.incident(posted.incident)
    assert [one.delivery for one in state.updates] == ["published", "published"]
    (there,) = page.truth.incidents.values()
    shown = [one.as_shown.public.split() for one in state.updates]
    assert shown == [one.body.split() for one in there.updates]
    assert {one.body.public for one in state.updates} == {WORDS}  # what we said stays the record
    assert sync(bench).pulled == []


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize("kind", ["create", "update"])
@pytest.mark.parametrize("rewrite", REWORDED.values(), ids=REWORDED)
def test_without_an_answer_the_same_words_to_a_reader_are_ours(
    bench: Bench, page: FaultyPage, rewrite: Callable[[str], str], kind: str, *, keeps: bool
) -> None:
    posted = _unanswered(bench, page, rewrite, kind, keeps=keeps)
    assert asyncio.run(bench.run(posted, seconds=2)).state == "confirmed"
    assert list(page.truth.applied.values()).count(posted) == 1


@pytest.mark.parametrize("kind", ["create", "update"])
@pytest.mark.parametrize("rewrite", OTHER.values(), ids=OTHER)
def test_without_an_answer_other_words_are_asked_about(
    bench: Bench, page: FaultyPage, rewrite: Callable[[str], str], kind: str
) -> None:
    op = _unanswered(bench, page, rewrite, kind, keeps=False)
    asked = asyncio.run(bench.run(op, seconds=2))
    assert (asked.state, "is it this one?" in (asked.error or "")) == ("needs_human", True)
    item = bench.desk.outbox.item(op)
    ours = next(id_ for id_, by in page.truth.applied.items() if by == op)
    assert item.may_be == (ours,)
    (beside,) = [one for one in bench.desk.outbox.page_updates(op) if one.may_be_it]
    assert beside.body.public == page.truth.update(ours).body  # type: ignore[union-attr]
    sync(bench)  # never somebody else's, meanwhile
    updates = bench.desk.records.incident(item.incident).updates
    assert all(one.origin == "ircon" for one in updates)
    bench.desk.outbox.decide(op, "it_is_there", remote=ours)
    assert asyncio.run(bench.run(op)).state == "confirmed"
    more = bench.say("It works again.", "monitoring", incident=item.incident)
    assert asyncio.run(bench.run(more.operation)).state == "confirmed"


def _unanswered(
    bench: Bench, page: FaultyPage, rewrite: Callable[[str], str], kind: str, *, keeps: bool
) -> str:
    """A post that the page applied and whose answer was lost; its operation."""
    page.truth.rewrite, page.truth.keeps_metadata = rewrite, keeps
    incident = None
    if kind == "update":
        first = bench.say("Logins fail.")
        assert asyncio.run(bench.run(first.operation)).state == "confirmed"
        incident = first.incident

    def lose() -> None:
        operation = bench.journal.operation(posted.operation)
        assert operation
        metadata = {"ircon": {"op": operation.op}}
        title = "Checkout fails" if incident is None else None
        status = "investigating" if incident is None else "identified"
        page.truth.apply(
            Write(operation.op, operation.remote_incident, title, status, WORDS, metadata)
        )
        raise Unknown("the answer was lost")

    interpose(bench, write=once(lose))
    status = "investigating" if incident is None else "identified"
    posted = bench.say(WORDS, status, incident=incident)
    assert asyncio.run(bench.run(posted.operation)).state == "unknown"
    return posted.operation


@pytest.mark.parametrize("keeps", [True, False])
def test_a_creation_that_was_applied_twice_is_an_alarm(
    bench: Bench, page: FaultyPage, *, keeps: bool
) -> None:
    page.truth.keeps_metadata = keeps
    page.truth.rewrite = REWORDED["typographic"]
    posted = bench.say(WORDS)
    created = asyncio.run(bench.run(posted.operation))
    assert created.state == "confirmed"
    metadata = {"ircon": {"op": posted.operation}}
    twin = page.truth.apply(
        Write(posted.operation, None, "Checkout fails", "investigating", WORDS, metadata)
    )
    sync(bench)
    (item,) = bench.desk.outbox.alarms()
    assert "DUPLICATE" in (item.last_error or "")
    assert twin
    assert twin.id in (item.last_error or "")
    state = bench.desk.records.incident(posted.incident)
    assert "DUPLICATE" in (state.updates[0].notice or "")
    (check,) = [one for one in bench.desk.setup.doctor() if one.check == "outbox"]
    assert not check.ok
    assert "DUPLICATE" in check.detail
    moves = len(bench.journal.events(posted.incident))
    sync(bench)
    assert len(bench.journal.events(posted.incident)) == moves  # said once


def test_somebody_elses_new_incident_is_no_twin(bench: Bench, page: FaultyPage) -> None:
    posted = bench.say(WORDS)
    asyncio.run(bench.run(posted.operation))
    page.truth.apply(Write("", None, "Search fails", "investigating", "Another thing.", {}))
    sync(bench)
    assert bench.desk.outbox.alarms() == []


def test_what_turns_up_after_a_person_was_asked_is_no_strangers_and_send_again_warns(
    bench: Bench, page: FaultyPage
) -> None:
    first = bench.say("Logins fail.")
    asyncio.run(bench.run(first.operation))

    def lose() -> None:
        raise Unknown("the answer was lost")

    interpose(bench, write=once(lose))
    more = bench.say(WORDS, "identified", incident=first.incident)
    assert asyncio.run(bench.run(more.operation, seconds=90)).state == "needs_human"
    assert bench.desk.outbox.item(more.operation).may_be == ()
    (remote,) = page.truth.incidents
    late = page.truth.apply(Write(more.operation, remote, None, "identified", "Cut...", {}))
    assert late
    sync(bench)
    item = bench.desk.outbox.item(more.operation)
    assert item.may_be == (late.updates[-1].id,)
    assert "not on the page" not in (item.last_error or "")
    whose = [one.may_be_it for one in bench.desk.outbox.page_updates(more.operation)]
    assert whose[-1]


def test_an_incident_that_reads_do_not_show_yet_is_waited_for(
    bench: Bench, page: FaultyPage
) -> None:
    posted = bench.say(WORDS)

    def behind() -> None:
        raise Rejected("no such incident", status=404)

    interpose(bench, incident=behind)
    assert asyncio.run(bench.run(posted.operation)).state == "sent"
    more = bench.say("It is the cache.", "identified", incident=posted.incident)
    assert asyncio.run(bench.run(more.operation, seconds=30)).state == "queued"
    sync(bench)
    state = bench.desk.records.incident(posted.incident)
    assert (state.deleted_at, state.updates[0].delivery) == (None, "published")
    interpose(bench)
    assert asyncio.run(bench.run(more.operation, seconds=20)).state == "confirmed"


def test_what_was_dropped_in_doubt_and_turns_up_is_not_called_somebody_elses(
    bench: Bench, page: FaultyPage
) -> None:
    first = bench.say("Logins fail.")
    asyncio.run(bench.run(first.operation))

    def lose() -> None:
        raise Unknown("the answer was lost")

    interpose(bench, write=once(lose))
    more = bench.say(WORDS, "identified", incident=first.incident)
    asyncio.run(bench.run(more.operation, seconds=90))
    bench.desk.outbox.decide(more.operation, "drop")
    (remote,) = page.truth.incidents
    words = REWORDED["typographic"](WORDS)
    page.truth.apply(Write(more.operation, remote, None, "identified", words, {}))
    sync(bench)
    (late,) = [one for one in bench.desk.outbox.page_updates(more.operation) if not one.may_be_it]
    assert late.ours


def test_a_title_is_learnt_while_an_update_is_in_doubt(bench: Bench, page: FaultyPage) -> None:
    first = bench.say("Logins fail.")
    asyncio.run(bench.run(first.operation))

    def lose() -> None:
        raise Unknown("the answer was lost")

    interpose(bench, write=once(lose))
    more = bench.say(WORDS, "identified", incident=first.incident)
    asyncio.run(bench.run(more.operation, seconds=90))
    (remote,) = page.truth.incidents
    there = page.truth.incidents[remote]
    page.truth.incidents[remote] = replace(there, name="Payments fail")
    sync(bench)
    assert bench.desk.records.incident(first.incident).name == "Payments fail"
