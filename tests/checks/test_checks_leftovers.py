"""U17: what a template or a draft left behind, in prose, lists and tables."""

from __future__ import annotations

import pytest

from subjects import findings, quotes, report


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("NN parcels were late on 3 May 2026.", "NN parcels"),
        ("X% of parcels were late.", "X%"),
        ("It was noticed after XX min.", "XX min"),
        ("- HH:MM UTC: first parcel late", "HH:MM"),
        ("- --:-- UTC: all parcels on time", "--:--"),
        ("- 14:?? UTC: the belt stops", "14:??"),
        ("Owner: ???", "???"),
        ("Ticket: ?", "?"),
        ("| Duration | ? |", "?"),
        ("| TBA | the belt stops |", "TBA"),
        ("Date: YYYY-MM-DD", "YYYY-MM-DD"),
        ("See [insert link] for the graph.", "[insert link]"),
        ("See <your dashboard> for the graph.", "<your dashboard>"),
        ("Describe what customers saw.", "Describe what customers saw."),
        ("_A short summary of what happened._", "_A short summary of what happened._"),
        ("Lorem ipsum dolor sit amet", "Lorem ipsum dolor sit amet"),
        ("The duration is TBD.", "TBD"),
    ],
)
def test_what_was_never_filled_in_is_found(text, found):
    (finding,) = findings(report(text), "U17")
    assert finding.quote == found


@pytest.mark.parametrize(
    "text",
    [
        "Why did nobody notice?",
        "How did it go on? We restarted the belt.",
        "Did parcels arrive late?? Yes.",
        "The parser expects the format hh:mm.",
        "We ran `date +HH:MM` on each host.",
        "```\n# TODO rotate the spool, ??\n```",
        "> AB: TBD, who takes it?",
        "See [the dashboard](https://status.example/d/1).",
        "The [3] first parcels were late.",
        "In region eu-XX-1 nothing failed.",
        "It is an XXL parcel.",
        "## Actions\n\n- [x] Raised the limit\n- [ ] Alert on it (belt team, 1 June 2026)",
        "## Actions\n\n- Describe the restart in the runbook (belt team, 1 June 2026)",
        "2026-05-12T10:20:11Z ERROR belt: TODO",
    ],
)
def test_what_only_looks_unfinished_is_none(text):
    assert quotes(report(text), "U17") == []


def test_an_empty_row_is_found_and_an_empty_cell_is_a_remark():
    table = "| Time | Event |\n|---|---|\n| 10:02 UTC | The belt stops |\n| 10:40 UTC | It runs |\n"
    assert quotes(report(table), "U17") == []
    (finding,) = findings(report(f"{table}|  |  |\n"), "U17")
    assert finding.severity == "error"
    (finding,) = findings(report(f"{table}| 10:45 UTC |  |\n"), "U17")
    assert finding.severity == "info"


def test_one_time_that_is_missing_is_one_finding():
    assert quotes(report("- 2026-??-?? ??:?? UTC: the belt stops"), "U17") == ["??"]
