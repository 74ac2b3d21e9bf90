"""Statuspage pages copied as text, as people copy them."""

from __future__ import annotations

from typing import Any

import pytest

from ircon.errors import Unreadable
from ircon.history.report import Report
from ircon.history.shapes import read_reports
from ircon.incident.components import Component
from ircon.incident.times import iso


def read(text: str, **more: Any) -> Report:
    (report,) = read_reports(text.encode(), "copied.txt", **more)
    return report


def told(report: Report) -> list[tuple[str, str | None, str]]:
    return [(one.status, one.at and iso(one.at), one.body) for one in report.updates]


SPACED = """\
Checkout is slow

Incident Report for Fjord Shop

Resolved

Orders go through again.

Nothing was lost.
Posted Mar 29, 2026 - 03:40 CEST

Update

Still slow for cards.
Posted Mar 29, 2026 - 01:50 CET

Investigating

Orders take a minute.
Posted Mar 29, 2026 - 01:20 CET
This incident affected: Checkout, Web App.
"""


def test_blocks_come_oldest_first_with_their_own_zones():
    """Summer time began at 02:00 CET: the page has both zones, an hour apart."""
    report = read(SPACED)
    assert (report.name, report.page, report.kind) == ("Checkout is slow", "Fjord Shop", "incident")
    assert told(report) == [
        ("investigating", "2026-03-29T00:20:00Z", "Orders take a minute."),
        ("update", "2026-03-29T00:50:00Z", "Still slow for cards."),
        ("resolved", "2026-03-29T01:40:00Z", "Orders go through again.\n\nNothing was lost."),
    ]
    assert [one.at_text for one in report.updates][-1] == "Mar 29, 2026 - 03:40 CEST"


def test_a_copy_without_blank_lines_reads_the_same():
    tight = "\n".join(line for line in SPACED.split("\n") if line)
    assert [one[:2] for one in told(read(tight))] == [one[:2] for one in told(read(SPACED))]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_systems_line_ends_and_a_byte_order_mark_change_nothing(end):
    data = b"\xef\xbb\xbf" + SPACED.replace("\n", end).encode()
    (report,) = read_reports(data, "copied.txt")
    assert told(report) == told(read(SPACED))
    assert [one.line for one in report.updates] == [one.line for one in read(SPACED).updates]
    assert report.text.encode() == data


def test_utf16_as_windows_saves_it():
    (report,) = read_reports(SPACED.encode("utf-16"), "copied.txt")
    assert told(report) == told(read(SPACED))


def test_an_age_before_the_time_is_passed_over():
    report = read(
        "T\n\nIncident Report for P\n\nResolved\nDone.\nPosted 11 months ago. Aug 24, 2017 - 10:31 MDT\n"
    )
    assert told(report) == [("resolved", "2017-08-24T16:31:00Z", "Done.")]
    assert report.updates[0].at_text == "Aug 24, 2017 - 10:31 MDT"


def test_updates_of_one_minute_keep_the_order_of_the_page_bottom_up():
    report = read(
        "T\nIncident Report for P\n"
        "Resolved\nthird\nPosted Jan 05, 2026 - 10:00 UTC\n"
        "Update\nsecond\nPosted Jan 05, 2026 - 10:00 UTC\n"
        "Investigating\nfirst\nPosted Jan 05, 2026 - 10:00 UTC\n"
    )
    assert [one.body for one in report.updates] == ["first", "second", "third"]


def test_a_page_out_of_order_is_sorted_by_its_times_and_says_so():
    report = read(
        "T\nIncident Report for P\n"
        "Investigating\nfirst\nPosted Jan 05, 2026 - 10:00 UTC\n"
        "Resolved\nlast\nPosted Jan 05, 2026 - 11:00 UTC\n"
    )
    assert [one.body for one in report.updates] == ["first", "last"]
    assert report.warnings == ("line 8: later than the block above it: sorted by time",)


def test_blocks_without_status_words():
    report = read(
        "Slow\n\nIncident Report for P\n\nIt is over.\nPosted Jan 05, 2026 - 11:00 UTC\n\n"
        "It is slow.\nPosted Jan 05, 2026 - 10:00 UTC\n"
    )
    assert [(one.status, one.word, one.body) for one in report.updates] == [
        ("", "", "It is slow."),
        ("", "", "It is over."),
    ]
    assert report.warnings == ("line 5: a block without a status: the status before it is used",)


def test_a_postmortem_keeps_its_headings_lists_and_indents():
    report = read(
        "T\nIncident Report for P\nPostmortem\n\nIn short: it broke.\n\nWhat happened:\n\n"
        "  1. One\n\n    1. One and a half\n  • A bullet\n\nMonitoring\n\nWe add some.\n\n"
        "Posted Jan 07, 2026 - 09:00 UTC\n\nResolved\nDone.\nPosted Jan 05, 2026 - 11:00 UTC\n"
    )
    assert report.postmortem.body == (
        "In short: it broke.\n\nWhat happened:\n\n  1. One\n\n    1. One and a half\n  • A bullet\n\n"
        "Monitoring\n\nWe add some."
    )
    assert (report.postmortem.line, report.postmortem.body_line, report.postmortem.end_line) == (
        3,
        5,
        18,
    )
    assert [one.status for one in report.updates] == ["resolved"]
    assert report.warnings == (
        "line 14: 'Monitoring' on its own line in the postmortem: read as a heading",
    )


def test_a_maintenance():
    report = read(
        "Database upgrade\n\nScheduled Maintenance Report for P\n\nCompleted\n\nDone.\nPosted Jan 05, 2026 - 11:00 UTC\n\n"
        "In progress\n\nWe began.\nPosted Jan 05, 2026 - 10:00 UTC\n\nScheduled\n\nOn Monday.\nPosted Jan 02, 2026 - 10:00 UTC\n"
        "This scheduled maintenance affected: Database.\n"
    )
    assert report.kind == "maintenance"
    assert [(one.status, one.word) for one in report.updates] == [
        ("scheduled", "Scheduled"),
        ("in_progress", "In progress"),
        ("completed", "Completed"),
    ]
    assert [one.name for one in report.components] == ["Database"]


@pytest.mark.parametrize(
    ("zone", "utc"),
    [
        ("-03", "13:00"),
        ("+0530", "04:30"),
        ("UTC+2", "08:00"),
        ("GMT-3:30", "13:30"),
        ("EST", "15:00"),
        ("pdt", "17:00"),
    ],
)
def test_zones_are_taken_by_the_letter(zone, utc):
    report = read(
        f"T\n\nIncident Report for P\n\nResolved\nx\nPosted Apr 05, 2026 - 10:00 {zone}\n"
    )
    assert iso(report.updates[0].at) == f"2026-04-05T{utc}:00Z"


def test_a_zone_with_several_meanings_is_read_as_the_likeliest_and_said_once():
    report = read(
        "T\n\nIncident Report for P\n\nResolved\nx\nPosted Jan 05, 2026 - 11:00 CST\n"
        "Investigating\ny\nPosted Jan 05, 2026 - 10:00 CST\n"
    )
    assert iso(report.updates[0].at) == "2026-01-05T16:00:00Z"
    (warning,) = report.warnings
    assert warning.startswith("line 7: CST is read as UTC-6; elsewhere it means UTC+8")


@pytest.mark.parametrize(
    ("stamp", "why"),
    [
        ("Jan 05, 2026 - 11:00 XYZT", "unknown zone 'XYZT'"),
        ("Feb 30, 2026 - 11:00 UTC", "does not exist"),
        ("Jan 05, 2026 - 25:00 UTC", "does not exist"),
        ("Jan 05, 2026 - 11:00", "has no zone"),
        ("Jan 05, 11:00 UTC", "has no year"),
        ("Jan 05, 1026 - 11:00 UTC", "is outside 1971 to 9998"),
    ],
)
def test_a_time_that_cannot_be_read_stays_as_text_with_its_line(stamp, why):
    report = read(
        f"T\n\nIncident Report for P\n\nResolved\nx\nPosted {stamp}\nInvestigating\ny\nPosted Jan 05, 2026 - 10:00 UTC\n"
    )
    assert [(one.at is None, one.at_text) for one in report.updates] == [
        (False, "Jan 05, 2026 - 10:00 UTC"),
        (True, stamp),
    ]
    assert report.warnings[0].startswith("line 7: ")
    assert why in report.warnings[0]


def test_a_block_whose_time_was_lost_is_not_mixed_up_with_the_next():
    report = read(
        "T\n\nIncident Report for P\n\nResolved\nIt is over.\n\nInvestigating\nIt is slow.\nPosted Jan 05, 2026 - 10:00 UTC\n"
    )
    assert [(one.status, one.at is None, one.body) for one in report.updates] == [
        ("investigating", False, "It is slow."),
        ("resolved", True, "It is over."),
    ]
    assert report.warnings == ("line 5: 'Resolved': no 'Posted' line follows it",)


def test_a_page_cut_off_in_the_middle_says_what_is_not_taken():
    report = read(SPACED[: SPACED.index("Orders take") + 10])
    assert [one.status for one in report.updates] == ["update", "resolved"]
    assert report.warnings == (
        "line 17: cut off: this 'Investigating' has no time, and is stored in the source only",
    )


def test_a_page_cut_off_in_a_character():
    data = SPACED.replace("Orders take a minute.", "Bestellungen dauern länger").encode()
    (report,) = read_reports(data[: data.index(b"\xa4")], "copied.txt")
    assert report.warnings[0] == "line 19: the document is cut off in the middle of a character"


def test_an_old_encoding_and_nul_bytes_are_survived_and_said():
    data = SPACED.replace("Orders take", "Bestellungen für").encode("cp1252")
    (report,) = read_reports(data, "copied.txt")
    assert report.updates[0].body == "Bestellungen für a minute."
    assert report.warnings == ("line 19: this is not UTF-8; it is read as Windows-1252",)
    (report,) = read_reports(SPACED.encode() + b"\0" * 4096, "copied.txt")
    assert told(report) == told(read(SPACED))
    assert "NUL" in report.warnings[0]


def test_a_page_without_a_title_is_called_after_its_document():
    report = read("Resolved\nx\nPosted Jan 05, 2026 - 10:00 UTC\n")
    assert (report.name, report.page) == ("copied", None)
    assert report.warnings == ("line 1: no title: named 'copied' after the document",)


@pytest.mark.parametrize(
    "text", ["T\n\nIncident Report for P\n\nNothing here.\n", "T\nIncident Report for P"]
)
def test_a_page_without_updates_is_refused_with_its_line(text):
    with pytest.raises(Unreadable, match="No update was found") as caught:
        read(text)
    assert 1 <= caught.value.line <= text.count("\n") + 1
    assert "Posted" in caught.value.hint


HOME = """\
Past Incidents

Jan 2, 2026

No incidents reported today.

Jan 1, 2026

Slow reports
Resolved - Reports are back.
They took an hour.
Jan 1, 00:30 EST
Investigating - Reports are slow.
Dec 31, 22:10 EST

Login fails
Resolved - Fixed.
Jan 1, 00:10 EST

Dec 31, 2025
"""


def test_a_home_page_gives_each_incident_with_the_year_of_its_heading():
    reports = read_reports(HOME.encode(), "home.txt")
    assert [one.name for one in reports] == ["Slow reports", "Login fails"]
    assert told(reports[0]) == [
        ("investigating", "2026-01-01T03:10:00Z", "Reports are slow."),
        ("resolved", "2026-01-01T05:30:00Z", "Reports are back.\nThey took an hour."),
    ]
    assert (
        reports[0].text
        == "Slow reports\nResolved - Reports are back.\nThey took an hour.\nJan 1, 00:30 EST\nInvestigating - Reports are slow.\nDec 31, 22:10 EST\n"
    )
    assert reports[0].first_line == 9
    assert [one.line for one in reports[0].updates] == [13, 10]
    assert reports[1].updates[0].at_text == "Jan 1, 00:10 EST"


def test_a_home_page_block_without_any_year_stays_unplaced():
    (report,) = read_reports(b"Slow\nResolved - Back.\nFeb 12, 16:51 EST\n", "home.txt")
    assert report.updates[0].at is None
    assert report.warnings[0].startswith("line 3: 'Feb 12, 16:51 EST' has no year")


def test_a_copy_of_one_incident_in_that_shape_names_its_page():
    text = "Mar 1, 2026\n\nSlow\nIncident Report for Fjord Shop\n\nResolved - Back.\nFeb 12, 16:51 EST\n"
    report = read(text)
    assert (report.name, report.page) == ("Slow", "Fjord Shop")
    assert iso(report.updates[0].at) == "2026-02-12T21:51:00Z"


KNOWN = [
    Component("c1", "Claude Console (platform.claude.com)"),
    Component("c2", "API (group 01)", "API"),
    Component("c3", "API (group 02)", "API"),
    Component("c4", "Search and Discovery"),
    Component("c5", "Terms, Privacy"),
    Component("c6", "Web App"),
]


def listed(sentence: str, **more: Any) -> tuple[list[tuple[str, str | None]], tuple[str, ...]]:
    text = f"T\n\nIncident Report for P\n\nResolved\nx\nPosted Jan 05, 2026 - 10:00 UTC\nThis incident affected: {sentence}"
    report = read(text, **more)
    return [(one.name, one.group) for one in report.components], report.warnings


@pytest.mark.parametrize(
    ("sentence", "components"),
    [
        ("Web App.", [("Web App", None)]),
        ("A, B, and C.", [("A", None), ("B", None), ("C", None)]),
        (
            "API (API (group 01), API (group 02)).",
            [("API (group 01)", "API"), ("API (group 02)", "API")],
        ),
        (
            "API (API (group 01), API (group 02)) and Web App, Branding",
            [
                ("API (group 01)", "API"),
                ("API (group 02)", "API"),
                ("Web App", None),
                ("Branding", None),
            ],
        ),
        (
            "EU (a, b), US (c, d), and Asia (e, f).",
            [("a", "EU"), ("b", "EU"), ("c", "US"), ("d", "US"), ("e", "Asia"), ("f", "Asia")],
        ),
    ],
)
def test_the_list_of_components(sentence, components):
    assert listed(sentence) == (components, ())


def test_a_name_in_parentheses_is_kept_as_it_stands_unless_the_page_settles_it():
    raw = "Claude Console (platform.claude.com)"
    components, warnings = listed(f"{raw}.")
    assert components == [(raw, None)]
    assert "may be a component or a group of one" in warnings[0]
    assert warnings[0].startswith("line 8: ")
    assert listed(f"{raw}.", page_components=KNOWN) == ([(raw, None)], ())
    group = [Component("c1", "platform.claude.com", "Claude Console")]
    assert listed(f"{raw}.", page_components=group) == (
        [("platform.claude.com", "Claude Console")],
        (),
    )


def test_the_page_settles_names_with_joints_in_them():
    sentence = "Search and Discovery, Terms, Privacy and Web App."
    assert listed(sentence, page_components=KNOWN)[0] == [
        ("Search and Discovery", None),
        ("Terms, Privacy", None),
        ("Web App", None),
    ]
    assert any("is read as two components" in one for one in listed("Search and Discovery.")[1])


def test_known_components_bring_their_ids():
    text = "T\n\nIncident Report for P\n\nResolved\nx\nPosted Jan 05, 2026 - 10:00 UTC\nThis incident affected: Web App"
    assert [one.id for one in read(text, page_components=KNOWN).components] == ["c6"]


def test_a_list_cut_off_says_so():
    assert "cut off" in listed("API (API (group 01), API (gro")[1][0]
