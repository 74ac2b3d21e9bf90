"""Pingoru pages copied as text, with all they get wrong."""

from __future__ import annotations

from typing import Any

import pytest

from ircon.errors import Unreadable
from ircon.history.report import Report
from ircon.history.shapes import read_reports
from ircon.incident.components import Component
from ircon.incident.times import iso

PAGE = """\
Fjord Shop incident

Cards are refused

Critical Resolved View vendor source →

Fjord Shop experienced a critical incident on May 4, 2026 affecting API (group 01) and API (group 02) and 1 more component, lasting 2h 5m.

Started
May 05, 2026, 12:23 PM UTC
Resolved
May 04, 2026, 02:29 PM UTC
Duration

Detected by Pingoru
May 05, 2026, 12:24 PM UTC

Affected components

API (group 01)API (group 02)API (group 03)

Update timeline

  1. investigating May 04, 2026, 12:23 PM UTC

    Cards are refused.

    We are looking.

  2. identified May 04, 2026, 12:40 PM UTC

    A certificate ran out.

  3. resolved May 04, 2026, 02:29 PM UTC

    Cards work.

  4. postmortem May 06, 2026, 12:05 AM UTC

    What happened? A certificate ran out. What did we do? We renewed it.
"""


def read(text: str, **more: Any) -> Report:
    (report,) = read_reports(text.encode(), "copied.txt", **more)
    return report


def test_the_timeline_is_read_and_the_header_only_where_it_says_more():
    report = read(PAGE)
    assert (report.format, report.name, report.page, report.impact) == (
        "pingoru",
        "Cards are refused",
        "Fjord Shop",
        "critical",
    )
    assert [(one.status, iso(one.at), one.body) for one in report.updates] == [
        ("investigating", "2026-05-04T12:23:00Z", "Cards are refused.\n\nWe are looking."),
        ("identified", "2026-05-04T12:40:00Z", "A certificate ran out."),
        ("resolved", "2026-05-04T14:29:00Z", "Cards work."),
    ]
    assert iso(report.postmortem.at) == "2026-05-06T00:05:00Z"
    assert (
        report.updates[0].line
        == PAGE.split("\n").index("  1. investigating May 04, 2026, 12:23 PM UTC") + 1
    )


def test_resolved_before_started_is_said_and_not_believed():
    assert read(PAGE).warnings == ("line 12: the header says it was resolved before it started",)


def test_components_run_together_are_parted_at_their_parentheses():
    assert [one.name for one in read(PAGE).components] == [
        "API (group 01)",
        "API (group 02)",
        "API (group 03)",
    ]


def test_components_run_together_without_a_seam_need_the_page():
    text = PAGE.replace(
        "API (group 01)API (group 02)API (group 03)\n", "Git OperationsWebhooksAPI\n"
    )
    report = read(text)
    assert [one.name for one in report.components] == ["Git OperationsWebhooksAPI"]
    assert "may be several names run together" in report.warnings[-1]
    known = [
        Component("c1", "API"),
        Component("c2", "Webhooks", "Events"),
        Component("c3", "Git Operations"),
    ]
    assert [(one.id, one.group) for one in read(text, page_components=known).components] == [
        ("c3", None),
        ("c2", "Events"),
        ("c1", None),
    ]


def test_components_on_lines_of_their_own():
    text = PAGE.replace("API (group 01)API (group 02)API (group 03)\n", "Checkout\n\nWeb App\n")
    assert [one.name for one in read(text).components] == ["Checkout", "Web App"]


def test_a_copy_without_indents_reads_the_same():
    flat = "\n".join(line.strip() for line in PAGE.split("\n"))
    assert [(one.at, one.body) for one in read(flat).updates] == [
        (one.at, one.body) for one in read(PAGE).updates
    ]


def test_what_stands_below_the_timeline_belongs_to_no_entry():
    report = read(PAGE + "\nLooking to track Fjord Shop downtime?\n")
    assert report.postmortem.body.endswith("We renewed it.")
    assert any("below the timeline" in one for one in report.warnings)


def test_a_missing_entry_is_said():
    text = PAGE.replace(
        "  2. identified May 04, 2026, 12:40 PM UTC\n\n    A certificate ran out.\n", ""
    )
    report = read(text)
    assert "entry 2 was expected here, not 3" in " ".join(report.warnings)


@pytest.mark.parametrize(
    ("stamp", "why"),
    [
        ("May 04, 2026, 14:23 PM UTC", "hour 14"),
        ("May 04, 2026, 02:23 PM XYZT", "unknown zone"),
    ],
)
def test_a_time_that_cannot_be_read_stays_as_text(stamp, why):
    report = read(PAGE.replace("May 04, 2026, 12:40 PM UTC", stamp))
    (lost,) = [one for one in report.updates if one.at is None]
    assert (lost.at_text, lost.body) == (stamp, "A certificate ran out.")
    assert any(why in one for one in report.warnings)


def test_cut_off_in_the_middle_it_keeps_what_has_a_time():
    report = read(PAGE[: PAGE.index("Cards work") + 5])
    assert [one.body for one in report.updates][-1] == "Cards"
    assert report.postmortem is None


def test_asked_for_by_name_it_says_what_it_misses():
    with pytest.raises(Unreadable, match="No update was found"):
        read("Fjord Shop incident\n\nCards are refused\n", format="pingoru")
