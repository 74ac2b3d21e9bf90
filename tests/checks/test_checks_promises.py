"""What texts promise, for when, and what became of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircon.checks.promise_ledger import ledger
from ircon.checks.promises import find_promises
from ircon.checks.subject import UPDATE, Passage
from subjects import BERLIN, at, subject_with

SAID = at("12:00")  # 14:00 in Berlin, on a Monday


def promised(words, said=SAID):
    return [
        (one.kind, one.due and f"{one.due:%d %H:%M}")
        for one in find_promises(Passage(UPDATE, words, at=said), BERLIN)
    ]


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("Next update by 14:30 CEST.", "23 12:30"),
        ("Next update: 14:30", "23 12:30"),
        ("By 16:00 UTC we will post another update.", "23 16:00"),
        ("The next update is at 7:30 AM PT.", "23 14:30"),
        ("More details will be posted at 23:00 CEST (21:00 UTC).", "23 21:00"),
        ("We will provide more information by Monday, 2025-06-23 12:00 US/Pacific.", "23 19:00"),
        ("Our next update comes tomorrow at 09:00.", "24 07:00"),
        ("We will provide an update in 30 minutes.", "23 12:30"),
        ("We expect to provide an update within the next 20-30 minutes.", "23 12:30"),
        ("An update will follow within the hour.", "23 13:00"),
        ("We will update this page every 2 hours.", "23 14:00"),
        ("We report again in 30 minutes.", "23 12:30"),
        ("We will post again within 15 minutes.", "23 12:15"),
        ("We will be back with news at 1:25 PM UTC.", "23 13:25"),
        ("Expect news from us within ten minutes.", "23 12:10"),
        ("We'll share more by end of day.", "23 22:00"),
        ("Further updates will be provided by EOD Friday.", "27 22:00"),
        ("We will post an update tomorrow morning.", "24 10:00"),
        ("Our next update will be no later than June 25.", "25 22:00"),
    ],
)
def test_an_update_is_promised_for_a_time(words, due):
    assert promised(words) == [("update", due)]


@pytest.mark.parametrize(
    "words",
    [
        "We will provide updates as soon as we have them.",
        "We will continue to provide updates.",
        "The service will be back within 15 minutes.",
        "We will deploy an update at 15:00 UTC.",
        "We updated the page at 11:00 UTC.",
        "It began at 11:00 UTC, and we will update this page.",
        "`Next update by 14:30 CEST`",
        "The update of the database will be installed by 16:00 UTC.",
    ],
)
def test_what_nobody_can_be_held_to_is_no_promise(words):
    assert promised(words) == []


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("A postmortem will be published within 5 business days.", "30 22:00"),
        ("A root cause analysis will be shared by Friday.", "27 22:00"),
        ("We will publish a post-mortem within 3 days.", "26 22:00"),
        ("A detailed report will follow as soon as it is available.", None),
    ],
)
def test_a_postmortem_may_be_promised_for_no_day(words, due):
    assert promised(words) == [("postmortem", due)]


def test_business_days_leave_out_the_weekend():
    words = "The postmortem will follow within 2 business days."
    assert promised(words, said=at("+4 12:00")) == [("postmortem", "01 22:00")]  # said on a Friday


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("We will perform maintenance at 15:00.", "23 13:00"),
        ("Maintenance is scheduled for 2025-06-25 22:00 UTC.", "25 22:00"),
    ],
)
def test_maintenance_is_announced_for_its_beginning(words, due):
    assert promised(words) == [("maintenance", due)]


def test_the_words_are_those_of_the_text():
    text = "We know more. We will post an update in 30 minutes, at the latest. Thank you."
    (one,) = find_promises(Passage(UPDATE, text, at=SAID, entry="u3"), BERLIN)
    assert text[one.start : one.end] == one.text == "will post an update in 30 minutes"
    assert one.entry == "u3"


def test_a_text_that_nobody_said_yet_promises_nothing():
    assert find_promises(Passage(UPDATE, "Next update by 14:30 CEST."), BERLIN) == []


def fates(*updates: str, **more: Any) -> list[tuple[str, int | None]]:
    return [(one.state, one.missed_by_min) for _, one in ledger(subject_with(*updates, **more))]


PROMISE = "12:00 investigating: Uploads fail. Next update by 12:30 UTC."


@pytest.mark.parametrize(
    ("later", "fate"),
    [
        (["12:29 identified: A full disk."], ("kept", None)),
        (["12:30 identified: A full disk."], ("kept", None)),
        (["12:10 resolved: Uploads work."], ("kept", None)),
        (["12:42 identified: A full disk."], ("missed", 12)),
    ],
)
def test_the_next_word_keeps_it_or_not(later, fate):
    assert fates(PROMISE, *later) == [fate]


def test_it_is_open_until_it_is_due_and_missed_by_more_and_more():
    assert fates(PROMISE, now=at("12:20")) == [("open", None)]
    assert fates(PROMISE, now=at("12:30")) == [("open", None)]
    assert fates(PROMISE, now=at("12:45")) == [("missed", 15)]


def test_an_imported_record_does_not_say_by_how_much():
    subject = subject_with(PROMISE)
    imported = replace(subject.incident, origin="import")
    (one,) = [one for _, one in ledger(replace(subject, incident=imported))]
    assert (one.state, one.missed_by_min) == ("missed", None)


POSTMORTEM = "12:00 resolved: Uploads work. A postmortem will follow within 3 days."


def test_a_postmortem_comes_in_time_late_or_never():
    assert fates(POSTMORTEM, postmortem="It was a disk.", posted="+2 12:00") == [("kept", None)]
    assert fates(POSTMORTEM, postmortem="It was a disk.", posted="+3 22:30") == [("missed", 30)]
    assert fates(POSTMORTEM, now=at("+1 12:00")) == [("open", None)]


def test_a_postmortem_promised_for_no_day_is_open_until_it_comes():
    words = "12:00 resolved: Uploads work. A postmortem will follow."
    assert fates(words) == [("open", None)]
    assert fates(words, postmortem="It was a disk.", posted="+9 12:00") == [("kept", None)]


PLAN = "12:00 identified: We will perform maintenance at 13:00 UTC."


@pytest.mark.parametrize(
    ("later", "fate"),
    [
        (["12:58 identified: The maintenance has started."], ("kept", None)),
        (["13:05 in_progress: Working."], ("missed", 5)),
        (["12:40 resolved: Uploads work."], ("overtaken", None)),
        (["13:30 monitoring: We freed the disk."], ("overtaken", None)),
    ],
)
def test_an_announced_maintenance_begins_or_is_overtaken(later, fate):
    assert fates(PLAN, *later) == [fate]


def test_a_draft_promises_nothing_yet():
    assert (
        fates("12:00 investigating: Uploads fail.", draft="identified: Next update by 13:00 UTC.")
        == []
    )


@given(st.text(max_size=300))
def test_whatever_is_written_the_words_are_in_the_text(text):
    words = f"{text} we will update you in 5 minutes {text}"
    for one in find_promises(Passage(UPDATE, words, at=SAID), BERLIN):
        assert words[one.start : one.end] == one.text
