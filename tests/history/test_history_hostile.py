"""Documents that somebody damaged, by accident or not: read, or refused with a line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ircon.errors import Unreadable
from ircon.history.report import Report
from ircon.history.shapes import FORMATS, read_reports
from ircon.history.to_events import to_events
from ircon.incident.event import check_payload
from ircon.incident.fold import fold

NOW = datetime(2026, 3, 2, 3, 12, tzinfo=UTC)

PAGE = """\
Checkout is slow

Incident Report for Fjord Shop

Postmortem

What happened? A certificate ran out.

  1. One
    1. One and a half

Posted Mar 30, 2026 - 09:00 CEST

Resolved

Orders go through again, für alle.
Posted 2 days ago. Mar 29, 2026 - 03:40 CEST

Update
Still slow.
Posted Mar 29, 2026 - 01:50 CET

Investigating

Orders take a minute.
Posted Mar 29, 2026 - 01:50 CET
This incident affected: API (API (group 01), API (group 02)), Console (x.example) and Web App.
"""
PINGORU = """\
Fjord Shop incident

Cards are refused

Major Resolved View vendor source →

Started
May 04, 2026, 12:23 PM UTC
Resolved
May 04, 2026, 02:29 PM UTC

Affected components

API (group 01)API (group 02)

Update timeline

  1. investigating May 04, 2026, 12:23 PM UTC

    Cards are refused.

  2. resolved May 04, 2026, 02:29 PM UTC

    Cards work.

  3. postmortem May 06, 2026, 12:05 AM UTC

    What happened?
"""
HOME = "Jan 1, 2026\n\nSlow\nResolved - Back.\nJan 1, 00:30 EST\nInvestigating - Slow.\nDec 31, 22:10 EST\n"
FEED = (
    '<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>P Status - Incident History</title>\n<entry>'
    '<published>2026-03-02T07:30:10Z</published>\n<link href="https://p.example/incidents/abcdefgh1234"/>'
    "<title>Slow</title><content type='html'>&lt;p&gt;&lt;small&gt;Mar &lt;var data-var='date'&gt; 2&lt;/var&gt;, 07:30 UTC&lt;/small&gt;&lt;br&gt;\n"
    "&lt;strong&gt;Investigating&lt;/strong&gt; - Slow. &lt;a href='x'&gt;y&lt;/a&gt;&lt;/p&gt;</content></entry>\n</feed>\n"
)
JSON = json.dumps(
    {
        "page": {"id": "p1", "name": "P"},
        "components": [
            {"id": "c1", "name": "API", "group_id": "g1"},
            {"id": "g1", "name": "G", "group": True},
        ],
        "incidents": [
            {
                "id": "abcdefgh1234",
                "name": "Slow \ud83d",
                "status": "postmortem",
                "impact": "minor",
                "created_at": "2026-03-02T07:30:00Z",
                "components": [{"id": "c1", "name": "API", "status": "operational"}],
                "postmortem_body": "<p>It broke.</p>",
                "postmortem_published_at": "2026-03-04T07:30:00Z",
                "incident_updates": [
                    {
                        "id": "u1",
                        "status": "investigating",
                        "body": "Slow.<br />Sorry.",
                        "created_at": "2026-03-02T07:30:10.250Z",
                        "display_at": "2026-03-02T02:30:10.250-05:00",
                        "affected_components": [
                            {
                                "code": "c1",
                                "name": "API",
                                "old_status": "operational",
                                "new_status": "",
                            }
                        ],
                    }
                ],
            }
        ],
    },
    indent=1,
)
RECORDING = 'format = 1\n[incident]\nid = "k7f2"\n[[event]]\nid = "x"\n'
PROSE = "On June 23 we lost some orders. It took an hour.\n\nWe are sorry.\n"
SAMPLES = [one.encode() for one in (PAGE, PINGORU, HOME, FEED, JSON, RECORDING, PROSE)]
TOKENS = [
    token.encode()
    for token in (
        "Resolved", "\nPosted ", "Mar 29, 2026 - 03:40 CET", "XYZT", "\r\n", "\0", "\ufeff", "(", ")", ", and ", "]", "{", '"', "null",
        "NaN", "-1", "1e999", "<!DOCTYPE x>", "</entry>", "&lt;", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:00", "Feb 29, ", "12:60 PM",
        "This incident affected: ", "  3. resolved ", "\u202e", "[]", "{}", "true", "Postmortem\n",
    )
]  # fmt: skip


@st.composite
def damaged(draw) -> bytes:
    data = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 200)))
        patch = draw(
            st.one_of(
                st.just(b""),
                st.sampled_from(TOKENS),
                st.just(data[start:end] * 2),
                st.binary(max_size=8),
                st.sampled_from(SAMPLES).map(lambda other: other[: len(other) // 2]),
            )
        )
        data = data[:start] + patch + data[end:]
    return data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data


def check(data: bytes, **more: Any) -> None:
    """Read it all the way into an incident; anything but a refusal with a line is a defect."""
    last = max(len(data.splitlines()), data.count(b"\n") + data.count(b"\r") + 1)
    refusal = None
    try:
        for report in read_reports(data, "damaged.txt", **more):
            check_lines(report, last)
            check_events(report)
    except Unreadable as error:
        refusal = error
    assert refusal is None or (1 <= (refusal.line or 0) <= last and refusal.hint)


def check_lines(report: Report, last: int) -> None:
    for block in (*report.updates, *([report.postmortem] if report.postmortem else [])):
        assert 1 <= report.first_line <= block.line <= block.end_line <= last
        assert block.line <= block.body_line <= last
        assert (block.at is None) == bool(block.problem)


def check_events(report: Report) -> None:
    made = to_events(report, "k7f2", recorded_at=NOW, actor="ada")
    assert len({one.id for one in made}) == len(made)
    for event in made:
        check_payload(event.kind, event.payload)
        assert json.dumps(event.payload, ensure_ascii=False).encode()
    incident = fold(made)
    assert incident is not None
    assert incident.name
    assert len(incident.updates) == len(report.updates)


@settings(max_examples=400, deadline=None)
@given(damaged())
def test_damaged_documents_are_read_or_refused_with_a_line(data):
    check(data)


@settings(max_examples=150, deadline=None)
@given(damaged(), st.sampled_from(sorted(FORMATS)))
def test_even_when_taken_for_another_shape(data, shape):
    check(data, format=shape)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes(data):
    check(data)


ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(
        ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "resolved", "postmortem"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "name", "code"]), inner)
    ),
    max_leaves=4,
)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_json_with_odd_values_in_its_fields(data):
    document = json.loads(JSON)
    for _ in range(data.draw(st.integers(1, 4))):
        place, key = document, None
        while (
            isinstance(place, (dict, list)) and place and (key is None or data.draw(st.booleans()))
        ):
            parent = place
            key = data.draw(
                st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place)))
            )
            place = place[key]
        if key is not None:
            parent[key] = data.draw(ODD)
    check(json.dumps(document).encode(), format="statuspage-json")


def test_all_samples_are_what_the_damage_starts_from():
    """Undamaged they are read, each as its own shape."""
    shapes = [read_reports(data, "x")[0].format for data in SAMPLES if data != RECORDING.encode()]
    assert shapes == [
        "statuspage-text",
        "pingoru",
        "statuspage-home",
        "atom",
        "statuspage-json",
        "prose",
    ]
