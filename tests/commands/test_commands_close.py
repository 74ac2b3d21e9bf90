"""Ending an incident here: what was never public, what the page lost, what was a mistake."""

import pytest

from command_line import CommandLine
from practice_page import PracticePage

WORDS = "Some payments fail."


@pytest.fixture
def internal(ircon: CommandLine) -> str:
    return ircon.json("declare", "db-3 looks odd", "--internal", "-m", "p99 doubled")["incident"]


def test_what_was_never_public_is_closed_without_a_word(ircon, page: PracticePage, internal):
    said = ircon("close", "--reason", "false alarm")
    assert (said.code, "nothing was sent" in said.out) == (0, True)
    shown = ircon.json("show", internal)
    assert shown["status"] is None
    assert shown["closed"]["reason"] == "false alarm"
    assert shown["closed"]["at"].endswith("Z")
    assert shown["updates"] == []
    assert "closed here" in ircon("show", internal).out
    assert "false alarm" in ircon("timeline", internal).out
    assert ircon("incidents", "--open", "--json").document == []
    assert "closed" in ircon("incidents").out
    assert page.public("/api/v2/incidents.json")["incidents"] == []


def test_it_needs_neither_a_page_nor_a_reason(bare):
    incident = bare.json("declare", "Odd logins", "--internal")["incident"]
    closed = bare.json("close", incident, "--at", "2m ago")
    assert (closed["incident"], closed["closed"]["reason"]) == (incident, None)
    assert bare("close", incident).code == 1


def test_a_public_one_is_closed_only_if_the_page_may_stay_as_it_is(ircon, page):
    told = ircon.json("declare", "Checkout fails", "-m", WORDS, "-c", "Checkout=major_outage")
    refused = ircon("close", "--reason", "the page is somebody else's by now")
    assert refused.code == 1
    for word in ("investigating", "Checkout major_outage", "--leave-page", "resolve"):
        assert word in refused.err
    assert ircon.json("show")["closed"] is None
    said = ircon("close", "--leave-page", "--reason", "deleted on the page")
    assert said.code == 0
    assert "still shows it as investigating" in said.err
    shown = ircon.json("show", told["incident"])
    assert (shown["status"], shown["closed"]["reason"]) == ("investigating", "deleted on the page")
    assert ircon.json("show", told["incident"])["updates"][-1]["body"] == WORDS
    assert len(page.public("/api/v2/incidents.json")["incidents"][0]["incident_updates"]) == 1


def test_it_speaks_again_only_when_it_is_said_to(ircon):
    told = ircon.json("declare", "Checkout fails", "-m", WORDS)["incident"]
    ircon.json("close", told, "--leave-page")
    again = ("update", told, "--status", "identified", "-m", "It is a full disk.")
    refused = ircon(*again)
    assert (refused.code, "--reopen" in refused.err) == (1, True)
    assert ircon(*again, "--reopen").code == 0
    shown = ircon.json("show", told)
    assert (shown["status"], shown["closed"]) == ("identified", None)
    assert [one["id"] for one in ircon.json("incidents", "--open")] == [told]


def test_closed_by_mistake_it_is_open_again_once_that_is_withdrawn(ircon, internal):
    entry = ircon.json("close", internal, "--reason", "wrong one")["entry"]
    ircon.json("retract", internal, entry)
    assert ircon.json("show", internal)["closed"] is None
    assert ircon.json("incidents", "--open")[0]["id"] == internal


def test_how_it_stood_before_it_was_closed(ircon, internal):
    ircon.json("close", internal, "--at", "1m ago")
    assert ircon("show", internal, "--at", "3m ago").code == 1  # not declared yet
    assert ircon.json("show", internal)["closed"]


def test_what_is_over_is_not_closed_again(ircon):
    told = ircon.json("declare", "Checkout fails", "-m", WORDS)["incident"]
    ircon.json("resolve", told, "-m", "Payments work.")
    refused = ircon("close", told, "--leave-page")
    assert (refused.code, "resolved" in refused.err) == (1, True)


def test_what_may_still_become_public_is_decided_first(ircon):
    told = ircon("declare", "Checkout fails", "-m", WORDS, "--timeout", "0")
    assert told.code == 75
    refused = ircon("close", told.out.strip())
    assert (refused.code, "u1" in refused.err, "outbox" in refused.err) == (1, True, True)
