"""No postmortem is too odd: findings or none, every span and fix inside the text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ircon.checks.catalogue import check, selected
from ircon.checks.subject import Subject
from ircon.config.load import DEFAULT_CADENCE
from ircon.incident.components import Component, ComponentChange
from ircon.text.outline import outline
from subjects import findings, quotes, subject_with

RULES = [*(f"P{number}" for number in range(1, 22)), *(f"L{number}" for number in range(1, 9))]
PIECES = st.sampled_from(
    [
        *(
            "What happened? ",
            "## Timeline\n",
            "Next steps:\n",
            "**Impact:** ",
            "\n\n",
            "\n- ",
            "\n1. ",
        ),
        *("We will improve ", "the following steps:", "the API ", "was rebooted ", "root cause "),
        *("09:12 UTC ", "2025-06-23 ", "10:00 CET to 11:00 EST or 9 PM PST ", "two weeks ", "3 % "),
        *("quickly identified ", "some users ", "outage ", "MQX ", "(MQX) ", "should have ", "by "),
        *("| a | 09:00 |\n", "```\n", "`", "<table>", "</p>", "&amp;", "{{fill in: x}}", "?", ": "),
        *(
            "\u202e",
            "שלום ",
            "مرحبا: ",
            "👩‍👧 ",
            "ﬁx",
            "İ",
            "\x00",
            "\r\n",
            "\u2028",
            "e\u0301",
            "…",
            ". ",
        ),
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=30).map("".join)


def written(text: str) -> Subject:
    subject = subject_with(
        "09:00 investigating: We are currently investigating this issue.",
        "09:10 monitoring: A fix has been implemented and we are monitoring the results.",
        "09:40 investigating: Errors are back. A postmortem will follow within 2 business days.",
        "12:00 resolved: Uploads work.",
        postmortem=text,
        posted="+20 09:00",
        page="Acme",
        cadence=DEFAULT_CADENCE,
        required=("Timeline", "Impact"),
        page_components=(Component("a", "API (group 01)", "API"), Component("b", "Search")),
    )
    incident = replace(
        subject.incident,
        components=(ComponentChange("a", "API (group 01)", "API", "degraded_performance"),),
        roles={"commander": "Grace Hopper"},
    )
    return replace(subject, incident=incident)


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS)
def test_any_text_has_findings_or_none_and_spans_inside_it(text, other):
    beside = replace(subject_with(postmortem=other, page="Acme"), source="other")
    for found in check(replace(written(text), others=(beside,)), selected(RULES)):
        assert 0 <= found.start <= found.end <= len(found.passage.text)
        assert found.message
        assert found.quote is not None
        if found.fix:
            assert 0 <= found.fix.start <= found.fix.end <= len(found.passage.text)


@given(TEXTS)
def test_the_parts_of_a_text_stand_in_its_order_and_do_not_overlap(text):
    place = 0
    for part in outline(text):
        if part.heading is not None:
            assert place <= part.heading.start <= part.heading.end <= part.start
        assert place <= part.start <= part.end <= len(text)
        place = part.end


@pytest.mark.parametrize(
    "text", ["", " \n\n ", "```\nall code\n", "| a | b |", "שלום עולם", "👩‍👧"]
)
def test_a_text_without_prose_is_no_crash(text):
    check(written(text), selected(RULES))


CODE = "quickly identified the root cause; some users failed; was rebooted; should have been tested"


@pytest.mark.parametrize("text", [f"```\n{CODE}\n```", f"| {CODE} |", f"Run `{CODE}` again."])
@pytest.mark.parametrize("rule", ["L1", "L3", "L5", "L6", "L7", "P6", "P13"])
def test_code_and_tables_are_no_prose(rule, text):
    assert quotes(written(text), rule) == []


@pytest.mark.parametrize(
    "piece", ["a", " ", "A ", "- ", "What? ", "| 1 ", "was ", "1,", "a.\n", "a-"]
)
def test_a_long_monotonous_text_does_not_hold_it_up(piece):
    subject = written(piece * (40_000 // len(piece)))
    for rule in RULES:
        findings(subject, rule)
