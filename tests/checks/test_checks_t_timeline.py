"""T2 T5 T15 T16 T17: a report beside its own timeline, in whatever shape it stands there."""

from __future__ import annotations

import pytest

from ircon.checks.claims.timeline import timelines
from ircon.checks.finding import WARN
from subjects import findings, quotes, report

TABLE = """\
| Time (UTC) | Event |
|---|---|
| 19:02 | Tickets can no longer be bought |
| 19:07 | The sales alarm pages the duty engineer |
| 19:25 | Release 71 is rolled back |
| 19:31 | Tickets are sold again |
"""
LIST = """\
All times in UTC.

- **19:02**: Tickets can no longer be bought
- **19:07**: The sales alarm pages the duty engineer
- **19:25**: Release 71 is rolled back
- **19:31**: Tickets are sold again
"""
HEADINGS = """\
### 19:02 UTC

Tickets can no longer be bought

### 19:07 UTC

The sales alarm pages the duty engineer

### 19:25 UTC - Release 71 is rolled back

### 19:31 UTC

Tickets are sold again
"""
LINES = """\
7:02 PM EDT Tickets can no longer be bought
7:07 PM EDT The sales alarm pages the duty engineer
7:25 PM EDT Release 71 is rolled back
7:31 PM EDT Tickets are sold again
"""
DATED = """\
12 May 2026

1. 19:02 UTC – Tickets can no longer be bought
2. 19:07 UTC – The sales alarm pages the duty engineer
3. 19:25 UTC – Release 71 is rolled back
4. 19:31 UTC – Tickets are sold again
"""
SHAPES = {"table": TABLE, "list": LIST, "headings": HEADINGS, "lines": LINES, "dated": DATED}


def written(timeline: str, words: str = "", title: str = "Ticket sales stopped") -> str:
    return f"# {title}\n\n{words}\n\n## Timeline\n\n{timeline}"


@pytest.mark.parametrize("shape", SHAPES)
def test_a_timeline_is_read_in_every_shape(shape):
    (timeline,) = timelines(written(SHAPES[shape]))
    assert [row.event for row in timeline.rows] == [
        "Tickets can no longer be bought",
        "The sales alarm pages the duty engineer",
        "Release 71 is rolled back",
        "Tickets are sold again",
    ]
    assert (timeline.rows[-1].at - timeline.rows[0].at).total_seconds() == 29 * 60


def test_a_timeline_runs_over_midnight():
    rows = "- 23:50 UTC: calls drop\n- 00:05 UTC: the alarm rings\n- 00:20 UTC: calls work again\n"
    (timeline,) = timelines(written(rows))
    assert (timeline.rows[-1].at - timeline.rows[0].at).total_seconds() == 30 * 60
    assert quotes(report(written(rows)), "T5") == []


@pytest.mark.parametrize("shape", ["table", "list", "lines", "dated"])
def test_a_row_out_of_order_is_found(shape):
    lines = SHAPES[shape].splitlines()
    lines[-1], lines[-2] = lines[-2], lines[-1]
    (finding,) = findings(report(written("\n".join(lines))), "T5")
    assert "25" in finding.quote
    assert finding.severity == WARN


def test_a_timeline_with_the_newest_row_first_is_in_order():
    lines = [line for line in LIST.splitlines() if line.startswith("-")]
    assert quotes(report(written("\n".join(reversed(lines)))), "T5") == []


@pytest.mark.parametrize("shape", ["table", "list", "headings", "dated"])
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("From 18:32 to 19:31 UTC no ticket could be bought.", ["18:32"]),
        ("No ticket could be bought between 19:02 and 19:51 UTC.", ["19:51 UTC"]),
        ("From 19:02 to 19:31 UTC no ticket could be bought.", []),
        ("From 19:04 to 19:31 UTC no ticket could be bought.", []),  # as exact as people are
        ("A second failure hit 40 buyers from 21:00 to 21:10 UTC.", []),
        ("From 18:00 to 20:30 UTC our payment provider had errors.", []),
        ("Between 19:10 and 19:20 UTC we compared the releases.", []),
    ],
)
def test_a_window_that_the_timeline_does_not_have_is_found(shape, words, found):
    assert quotes(report(written(SHAPES[shape], words)), "T2") == found


@pytest.mark.parametrize("shape", ["table", "list", "headings", "dated"])
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("The sales alarm paged the duty engineer at 19:17 UTC.", ["19:17 UTC"]),
        ("At 19:35 UTC release 71 was rolled back.", ["19:35 UTC"]),
        ("We had rolled back release 71 by 19:25 UTC.", []),
        ("The sales alarm paged the duty engineer at 19:07 UTC.", []),
        ("At 19:40 UTC the sales alarm paged again.", []),
        ("At 19:12 UTC the duty engineer opened the dashboard.", []),
        ("At 18:50 UTC release 71 was deployed.", []),
    ],
)
def test_a_sentence_with_another_time_than_its_row_is_found(shape, words, found):
    assert quotes(report(written(SHAPES[shape], words)), "T15") == found


MILL = "The mill stopped for 20 crews from 08:00 to 09:20 UTC."


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("The outage ended at 09:50 UTC.", ["09:50 UTC"]),
        ("The incident began at 07:30 UTC.", ["07:30 UTC"]),
        ("At 09:45 UTC the disruption was over.", ["09:45 UTC"]),
        ("The outage ended at 09:20 UTC.", []),
        ("In Oslo the impact ended at 09:05 UTC.", []),
        ("We watched it until 10:30 UTC.", []),
        ("The incident was closed at 10:30 UTC.", []),
    ],
)
def test_a_start_or_an_end_beside_another_window_is_found(words, found):
    assert quotes(report(f"{MILL} {words}"), "T2") == found


def test_two_times_for_one_event_in_prose_are_found():
    text = "The belt alarm rang at 08:03 UTC. We stopped it. The belt alarm rang at 08:30 UTC."
    assert quotes(report(text), "T15") == ["08:30 UTC"]


ROWS = """\
- 2026-06-09 14:05 UTC: labels are no longer printed
- 2026-06-09 14:07 UTC: the spool alarm rings
- 2026-06-09 15:35 UTC: labels are printed again
"""


@pytest.mark.parametrize(
    ("title", "words", "found"),
    [
        ("Incident of 9 May 2026, no labels", "", ["9 May 2026"]),
        ("2026-09-06 no labels", "", ["2026-09-06"]),
        ("No labels on June 19, 2026", "", ["June 19, 2026"]),
        ("No labels", "Incident date: 9 July 2026", ["9 July 2026"]),
        (
            "No labels",
            "On 6 June 2026 from 14:05 to 15:35 UTC 310 shops were down.",
            ["6 June 2026"],
        ),
        ("Incident of 9 June 2026: no labels", "Date: 2026-06-12", []),
        ("No labels", "Published on 15 June 2026.", []),
        ("No labels", "The setting had been wrong since 3 February 2025.", []),
        ("No labels on June 9", "", []),
    ],
)
def test_a_date_of_another_day_than_the_timeline_is_found(title, words, found):
    assert quotes(report(written(ROWS, words, title)), "T16") == found


@pytest.mark.parametrize("shape", ["table", "list", "headings", "dated"])
def test_a_timeline_without_the_start_or_the_end_is_found(shape):
    sound = SHAPES[shape]
    assert quotes(report(written(sound)), "T17") == []
    (finding,) = findings(
        report(written(sound.replace("Tickets can no longer be bought", "Release 71 goes out"))),
        "T17",
    )
    assert "began" in finding.message
    (finding,) = findings(
        report(written(sound.replace("Tickets are sold again", "We tell the press office"))), "T17"
    )
    assert "ended" in finding.message


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("Start: 19:02 UTC\nEnd: 19:51 UTC", ["19:51 UTC"]),
        ("Start: 18:32 UTC\nEnd: 19:31 UTC", ["18:32 UTC"]),
        ("| Began | 19:02 UTC |\n| Ended | 20:31 UTC |", ["20:31 UTC"]),
        ("When: 19:02-19:51 UTC", ["19:51 UTC"]),
        ("Start: 19:02 UTC\nEnd: 19:31 UTC", []),
        ("When: 19:02-19:31 UTC", []),
    ],
)
def test_a_header_with_another_start_or_end_than_the_timeline_is_found(header, found):
    assert quotes(report(written(TABLE, header)), "T2") == found


def test_a_header_and_a_sentence_with_two_ends_are_found():
    text = "Time: 19:02 to 19:51 UTC\n\nFrom 19:02 to 19:31 UTC no ticket could be bought."
    assert quotes(report(text), "T2") == ["19:31 UTC"]
    waves = "Calls failed from 07:55 to 08:30 UTC, and again from 13:20 to 13:45 UTC."
    assert quotes(report(waves), "T2") == []


def test_a_row_with_pm_between_rows_with_am_is_found():
    rows = (
        "- 10:21 AM CET: the belt stops\n- 10:34 PM CET: we call\n- 11:05 AM CET: the belt runs\n"
    )
    assert "10:34 PM CET" in quotes(report(written(rows)), "T5")
    assert quotes(report(written(rows.replace("PM", "AM"))), "T5") == []


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Ticket sales stopped, 9 May 2026", ["9 May 2026"]),
        ("Ticket sales stopped on May 9", ["May 9"]),
        ("Ticket sales stopped, 9 June 2026", []),
    ],
)
def test_a_title_of_another_day_than_the_sentences_is_found(title, found):
    words = "On 9 June 2026 from 19:02 to 19:31 UTC no ticket could be bought."
    assert quotes(report(f"# {title}\n\n{words}"), "T16") == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("The alarm came 15 minutes after the first failure.", ["15 minutes"]),
        ("The engineer was paged at 19:07 UTC, 15 minutes after it began.", ["15 minutes"]),
        ("The alarm came five minutes after the first failure.", []),
        ("The alarm is repeated 15 minutes after the first page.", []),
    ],
)
def test_a_time_after_the_start_that_the_timeline_does_not_have_is_found(words, found):
    assert quotes(report(written(TABLE, words)), "T7") == found
