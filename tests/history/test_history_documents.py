"""Feeds, JSON and prose, and what is no report at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ircon.errors import Unreadable, UsageError
from ircon.history.report import Report
from ircon.history.shapes import FORMATS, is_recording, read_reports
from ircon.incident.times import iso


def one(data: bytes | str, name: str = "given", **more: Any) -> Report:
    (report,) = read_reports(data.encode() if isinstance(data, str) else data, name, **more)
    return report


def refused(data: bytes | str, **more: Any) -> Unreadable:
    data = data.encode() if isinstance(data, str) else data
    with pytest.raises(Unreadable) as caught:
        read_reports(data, "given", **more)
    assert caught.value.hint
    assert 1 <= (caught.value.line or 0) <= data.count(b"\n") + 1
    return caught.value


def block(day: str, time: str, word: str, text: str) -> str:
    month, number = day.split()
    return (
        f"&lt;p&gt; &lt;small&gt;{month} &lt;var data-var='date'&gt;{number:>2}&lt;/var&gt;, "
        f"&lt;var data-var='time'&gt;{time}&lt;/var&gt; UTC&lt;/small&gt;&lt;br&gt; "
        f"&lt;strong&gt;{word}&lt;/strong&gt; - {text} &lt;/p&gt;"
    )


def feed(content: str, published: str = "2026-01-01T00:30:00Z", declared: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{declared}<feed xmlns="http://www.w3.org/2005/Atom">\n'
        "  <title>Fjord Shop Status - Incident History</title>\n"
        "  <author><name>Fjord Shop</name></author>\n"
        "  <entry>\n    <id>tag:status.fjord.example,2005:Incident/4711</id>\n"
        f"    <published>{published}</published>\n    <updated>2026-02-01T00:00:00Z</updated>\n"
        '    <link rel="alternate" type="text/html" href="https://status.fjord.example/incidents/abcdefgh1234"/>\n'
        f'    <title>Slow &amp; sad</title>\n    <content type="html">{content}</content>\n  </entry>\n</feed>\n'
    )


NEW_YEAR = block(
    "Jan 1", "00:30", "Resolved", "All &amp;lt;well&amp;gt;.&lt;br /&gt;&lt;br /&gt;Sorry."
) + block(
    "Dec 31",
    "23:50",
    "Investigating",
    'Slow. See &lt;a href="https://x.example/y"&gt;there&lt;/a&gt;.',
)


def test_a_feed_takes_its_years_from_the_entry_across_new_year():
    report = one(feed(NEW_YEAR))
    assert (report.format, report.name, report.page) == ("atom", "Slow & sad", "Fjord Shop")
    assert report.remote_id == "abcdefgh1234"
    assert [(each.status, iso(each.at), each.body) for each in report.updates] == [
        ("investigating", "2025-12-31T23:50:00Z", "Slow. See there (https://x.example/y)."),
        ("resolved", "2026-01-01T00:30:00Z", "All <well>.\n\nSorry."),
    ]
    assert report.updates[0].at_text == "Dec 31, 23:50 UTC"
    assert {each.line for each in report.updates} == {11}
    assert report.first_line == 5


def test_a_feeds_maintenance():
    content = "&lt;p&gt;&lt;strong&gt;THIS IS A SCHEDULED EVENT Jan  1, 04:00 - 05:00 UTC&lt;/strong&gt;&lt;/p&gt;"
    report = one(feed(content + block("Dec 30", "10:00", "Update", "Soon.")))
    assert report.kind == "maintenance"


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE feed [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE feed SYSTEM "file:///etc/passwd">',
    ],
)
def test_a_feed_with_a_dtd_is_refused_where_it_begins(declared):
    error = refused(feed(NEW_YEAR, declared=declared), format="atom")
    assert "DTD" in error.message
    assert error.line == 2


def test_a_feed_that_is_cut_off_is_refused_with_its_line():
    text = feed(NEW_YEAR)
    assert "XML" in refused(text[: text.index("</content>")]).message


def test_a_feed_with_an_entry_without_updates_is_refused_whole():
    assert "Slow & sad" in refused(feed("nothing")).message


def test_a_feed_nested_absurdly_is_refused():
    assert "deep" in refused("<feed>" + "<a>" * 5000 + "</a>" * 5000 + "</feed>").message


UPDATES = [
    {
        "id": "u2",
        "status": "resolved",
        "body": "Done.<br /><br />Sorry.",
        "created_at": "2026-03-02T05:00:00.500-04:00",
        "display_at": "2026-03-02T04:00:00.000-04:00",
        "affected_components": [
            {"code": "c1", "name": "API", "old_status": "major_outage", "new_status": "operational"}
        ],
    },
    {
        "id": "u1",
        "status": "investigating",
        "body": "p95 < 5s",
        "created_at": "2026-03-02T07:30:00Z",
        "display_at": "2026-03-02T07:30:00Z",
        "affected_components": [{"name": "No components were affected by this update."}],
    },
]
INCIDENT = {
    "id": "abcdefgh1234",
    "name": "Slow",
    "status": "resolved",
    "impact": "minor",
    "created_at": "2026-03-02T07:30:00Z",
    "incident_updates": UPDATES,
}
PAGE = {"id": "p1", "name": "Fjord Shop", "url": "https://status.fjord.example"}


@pytest.mark.parametrize(
    "document",
    [
        {"page": PAGE, "incidents": [INCIDENT]},
        {"page": PAGE, "scheduled_maintenances": [INCIDENT], "incidents": []},
        {"page": PAGE, "incident": INCIDENT},
        {"page": PAGE, **INCIDENT},
    ],
)
def test_json_in_all_its_wrappings(document):
    report = one(json.dumps(document, indent=1))
    assert (report.format, report.name, report.page, report.impact) == (
        "statuspage-json",
        "Slow",
        "Fjord Shop",
        "minor",
    )
    assert [
        (each.status, iso(each.at), iso(each.created_at), each.body) for each in report.updates
    ] == [
        ("investigating", "2026-03-02T07:30:00Z", "2026-03-02T07:30:00Z", "p95 < 5s"),
        ("resolved", "2026-03-02T08:00:00Z", "2026-03-02T09:00:00.500Z", "Done.\n\nSorry."),
    ]
    assert report.updates[1].at_text == "2026-03-02T04:00:00.000-04:00"
    assert [(each.name, each.was) for each in report.components] == [("API", "major_outage")]
    assert report.page_id == "p1"


def test_a_bare_incident_and_a_list_of_them():
    assert one(json.dumps(INCIDENT)).page is None
    assert len(read_reports(json.dumps([INCIDENT, {"incident": INCIDENT}]).encode(), "x")) == 2


def test_each_incident_of_a_list_keeps_its_own_part_to_the_letter():
    text = (
        '{"incidents": [\n '
        + json.dumps(INCIDENT)
        + ',\n {  "id": "z", '
        + json.dumps(INCIDENT)[1:].replace('"id": "abcdefgh1234", ', "")
        + "]}"
    )
    first, second = read_reports(text.encode(), "x")
    assert first.text == json.dumps(INCIDENT)
    assert (second.first_line, second.text[:11]) == (3, '{  "id": "z')


def test_a_page_without_incidents_gives_none():
    assert read_reports(b'{"page": {"id": "p1", "name": "P"}, "incidents": []}', "x") == []


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two &amp; three</p>", "One\n\nTwo & three"),
        ("First:<ul><li>a</li><li>b</li></ul>", "First:\n\n- a\n- b"),
        (
            'Line one\nline two, <a href="https://x.example/">here</a>',
            "Line one\nline two, here (https://x.example/)",
        ),
        ('<a href="https://x.example/">https://x.example</a>', "https://x.example"),
        ("<div>a\n  b</div>c", "a b\n\nc"),
        ("5 < 6 and <queue> & co", "5 < 6 and <queue> & co"),
        ("<script>x</script>", "<script>x</script>"),
    ],
)
def test_html_in_a_body_reads_as_on_the_page(html, text):
    (update,) = one(
        json.dumps({**INCIDENT, "incident_updates": [{**UPDATES[1], "body": html}]})
    ).updates
    assert update.body == text


def test_a_published_postmortem_and_a_draft():
    published = {
        **INCIDENT,
        "postmortem_body": "# Why\n\nIt broke.",
        "postmortem_published_at": "2026-03-05T10:00:00Z",
    }
    assert one(json.dumps(published)).postmortem.body == "# Why\n\nIt broke."
    assert iso(one(json.dumps(published)).postmortem.at) == "2026-03-05T10:00:00Z"
    draft = one(json.dumps({**published, "postmortem_published_at": None}))
    assert draft.postmortem is None
    assert "not published" in draft.warnings[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"incidents": [], "incidents": []}', "'incidents' twice"),
        ('{"incidents": [NaN]}', "NaN is not JSON"),
        ('{"incidents": ' + "[" * 5000 + "]" * 5000 + "}", "deep"),
        ('{"incidents": [' + "1" * 10_000 + "]}", "absurd length"),
        ('{"incidents": [],\n"a": }', "not JSON"),
        ('{"incidents": []} {"incidents": []}', "text after the end"),
        ('{"incidents": [{"name": "x", "incident_updates": []}]}', "without a time"),
        ('{"incidents": ["x"]}', "not an object"),
        (
            '{"incidents": [{"name": "x", "created_at": "2026-03-02T07:30:00Z", "incident_updates": []}]}',
            "no update",
        ),
        ('{"months": []}', "No incident"),
        (
            '{"page": {"id": "p"}, "incidents": [{"incident_updates": [{"id": []}]}]}',
            "without a time",
        ),
    ],
)
def test_json_that_cannot_be_trusted_is_refused(text, why):
    assert why in str(refused(text))


def test_prose_with_a_title():
    report = one("Lost orders in May\n\nOn 4 May some orders were lost for an hour.\n")
    assert report.name == "Lost orders in May"
    assert report.postmortem.body.startswith("Lost orders in May\n\nOn 4 May")
    assert (report.postmortem.at, report.postmortem.line) == (None, 1)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n \n",
        b"\xef\xbb\xbf",
        b"123\n456\n",
        b"a,b,c\n1,2,3\n",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\b\2\0\0\0\0",
        b"<!DOCTYPE html><html><body><p>All systems are operational right now.</p></body></html>",
        b"\0" * 100,
    ],
)
def test_what_is_no_report_is_refused(data):
    refused(data)


def test_more_than_ten_megabytes_are_refused_and_ten_are_read():
    report = one(b"The queue was full for an hour, and orders waited. " * 200_000)
    assert len(report.postmortem.body) > 10_000_000
    assert "10 MB" in refused(b"x" * (10 * 1024 * 1024 + 1)).message


@pytest.mark.parametrize(
    "piece",
    [
        "Posted Mar 29, 2026 - 03:40 CEST\n",
        "Resolved\nx\nPosted Mar 29, 2026 - 03:40 CEST\n",
        "This incident affected: A (b, c), D and E.\n",
        "Resolved\n",
        "This incident affected: " + "a, " * 1000,
        "((((" * 100,
        "  1. resolved Jan 16, 2025, 12:23 PM UTC\n",
        "Resolved - x\nJan 2, 10:00 UTC\n",
        "Jan 2, 2026\n",
        " " * 997 + "x",
        '{"a": ',
        "&lt;p>",
        "\r",
    ],
)
def test_a_megabyte_of_anything_is_read_or_refused_before_one_loses_patience(piece):
    """Quadratic readers would sit here until the test run's own limit."""
    head = "Title\n\nIncident Report for P\n\nResolved\nx\nPosted Mar 29, 2026 - 03:40 CEST\n"
    for start in ("", head):
        data = (start + piece * (1_000_000 // len(piece))).encode()
        try:
            found = read_reports(data, "big.txt")
        except Unreadable as error:
            found = [error.line]
        assert all(found)


def test_a_recording_is_recognised_and_left_to_the_journal():
    text = b'format = 1\n\n[incident]\nid = "k7f2"\n\n[[event]]\nid = "x"\n'
    assert is_recording(text)
    assert not is_recording(b"On 4 May some orders were lost for an hour.")
    assert "recording" in refused(text).message


def test_a_format_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(UsageError) as caught:
        read_reports(b"x", "x", format="xml")
    assert all(name in caught.value.hint for name in ("auto", *FORMATS))


def test_a_format_can_be_forced():
    text = "T\n\nIncident Report for P\n\nResolved\nEverything works again for everybody.\nPosted Mar 29, 2026 - 03:40 CEST\n"
    assert one(text, format="prose").postmortem.body.startswith("T\n\nIncident")


NOT_REPORTS = {
    "readme": "# widget\n\nA small tool that runs jobs and shows errors and failed runs.\n\n"
    "## Install\n\nYou can install it with pip, and it is ready after 2 minutes.\n\n"
    "## Usage\n\nIt reads a file and does what the file says. Failed jobs are run again.\n",
    "mail": "From: Anna <anna@example.com>\nTo: Bob <bob@example.com>\nSubject: Friday\n\n"
    "Hi Bob, are you coming to lunch on Friday at 12:30? The last place was closed, so I lost"
    " my way and found another one, which was very good.\n",
    "cooking": "# Tomato soup\n\nLast week I cooked my grandmother's tomato soup again, and it took"
    " about 45 minutes. We served it with fresh bread at 19:30, and everybody wanted more.\n",
    "table": "id,title,status,opened\n1,Checkout failed for an hour,resolved,2026-03-01 10:00\n"
    "2,Search was slow for everybody,resolved,2026-03-02 10:00\n",
    "log": "2026-03-01 10:00:01,123 INFO The application server was started on port 8080\n"
    "2026-03-01 10:00:02,456 WARN The connection pool was nearly exhausted and was resized\n"
    "2026-03-01 10:00:03,789 ERROR The request failed because the upstream did not answer\n",
    "syslog": "Mar  1 10:00:01 web-1 kernel: Out of memory and killed process 1234 of java\n"
    "Mar  1 10:00:05 web-1 systemd: the checkout service was stopped and had failed\n"
    "Mar  1 10:00:06 web-1 systemd: the checkout service was started again by itself\n",
    "chat": "anna  10:02 AM\ncheckout was down for some customers, I am looking into it\n"
    "bob  10:05 AM\nI saw errors from the provider since about ten minutes ago\n"
    "anna  10:31 AM\nwe rolled back the deploy and it was resolved, thanks all\n",
    "patch": "diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n"
    "-The request failed and the error was lost for an hour.\n+It did not.\n",
    "git log": "commit 1f3a9c0d2b4e5f60718293a4b5c6d7e8f9001122\nAuthor: A <a@example.com>\n\n"
    "    Restart the worker that was stuck, since its errors were lost for hours\n",
    "settings": "[server]\nport = 8080\n# errors were lost on 2026-03-01 when this was larger\n"
    "timeout = 30\nretries = 3\nname = 'checkout'\nurl = 'http://example.com'\n",
    "yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: checkout\nspec:\n"
    "  replicas: 3\n  template:\n    spec:\n      containers:\n        - name: app\n",
    "data with sentences": "incident: checkout-2026\nseverity: low\nsummary: >-\n  The checkout was"
    " down for an hour on 1 May, since a certificate had expired and nobody was told.\n"
    "impact: >-\n  Customers could not pay, and 300 orders were lost.\n"
    "followups:\n- none: yet\n",
    "translations": "# Words\n- id: down\n  translation: The checkout was down for an hour\n"
    "- id: failed\n  translation: The request failed and was lost on 1 May\n"
    "- id: slow\n  translation: It was slow since ten minutes ago\n- id: fine\n  translation: yes\n",
    "list of links": "# Outages\n\n"
    + "".join(
        f"- [Shop {number}](https://{number}.example). The checkout was down for {number} hours"
        " since a certificate had expired.\n"
        for number in range(1, 12)
    ),
    "status source": "---\ntitle: Web down\nseverity: down\nresolved: true\n---\n\nThe web site was"
    " down on 2 May for two hours, and customers could not log in to it.\n",
    "code": "def handle(request):\n    if request.failed and request.was_lost:\n"
    "        return restart(request, after=30)\n    raise Error('it was down for an hour')\n",
    "script": "#!/bin/sh\n# It was down for an hour on 2026-03-01 when this failed to run.\nexit 1\n",
    "changelog": "# Changes\n\n1.2.0 (2026-03-01)\n- Requests that failed were lost; fixed.\n\n"
    "1.1.0 (2026-02-01)\n- A crash was fixed that was noticed after an hour.\n\n"
    "1.0.0 (2026-01-01)\n- It was slow when it was started.\n",
    "policy": "# How we handle incidents\n\nAn incident is an outage that users can see. The commander"
    " is whoever was paged, and does three things within 5 minutes. A customer must be told what"
    " is down. Every incident has a postmortem that is written within 5 days.\n",
    "licence": "Copyright 2020 A\nCopyright 2021 B\nCopyright 2022 C\n\nThe software is provided"
    " as is, and nobody is liable for data that was lost or for errors that were found.\n",
    "home page": "Quillbank status\n\nPast Incidents\n\nMay 2, 2026\n\nNo incidents reported.\n\n"
    "May 1, 2026\n\nThe checkout was down for an hour and customers were affected.\n",
    "template": "# Incident title\n\n## Summary\n\n## Timeline\n\nAll times in UTC.\n\n## Impact\n\n-\n",
    "no incidents": '{"incidents": []}',
    "empty list": "[]",
    "another tool": '{"data": [{"id": 1, "type": "ticket", "title": "It was down"}]}',
    "chat export": '[{"type": "message", "user": "U1", "text": "checkout is down", "ts": "1.2"}]',
    "pdf": "%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n",
    "word": "PK\x03\x04\x14\x00\x06\x00word/document.xml",
}


TOLD = """
On 1 May the checkout was down for an hour, since a certificate had expired.

Customers could not pay. We replaced it at 10:40, and added an alert.
"""


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("---\nid: 7\ntitle: Checkout is down\nurl: https://a.example\n---\n", "Checkout is down"),
        ('---\nuuid: 7\nname: "Checkout: down"\n---\n', "Checkout: down"),
        ("---\nuuid: 7\n---\n", "On 1 May the checkout was down for an hour"),
        ("---\nuuid: 7\n---\n# No more checkout\n", "No more checkout"),
    ],
)
def test_a_postmortem_under_a_yaml_head_is_called_by_its_title(head, name):
    (report,) = read_reports((head + TOLD).encode(), "told.md")
    assert report.name.startswith(name)
    assert "We replaced it" in report.postmortem.body


@pytest.mark.parametrize("text", NOT_REPORTS.values(), ids=NOT_REPORTS)
def test_what_tells_of_no_incident_is_refused_with_what_it_looks_like(text):
    error = refused(text)
    assert error.message
    assert error.hint


WRITTEN_UP = {
    "letter": "Yesterday between 14:02 and 15:10 our checkout was down. We are sorry. A deploy had"
    " removed an index, and we rolled it back.\n",
    "labels and values": "Date: 3 May 2024\nDuration: 35 minutes\nImpact: customers could not log in\n"
    "Cause: a cable was cut between both data centres of the bank\n",
    "times in a section": "# Outage of search\n\n## Timeline\n\n- 10:00 the index was full\n"
    "- 10:05 the alert fired, and Ana was paged\n- 10:40 the index was rebuilt\n\n"
    "## Root cause\n\nThe index was full because nobody had noticed how it grew.\n",
    "a table": "# Metrics missing\n\n## Timeline\n\n| Time | Event |\n| --- | --- |\n"
    "| 2022-02-08 12:20 | the exporter was slower than the scrape timeout |\n"
    "| 2022-02-09 08:40 | the timeout was raised to 30 seconds |\n",
    "code in it": "# API errors on 3 May\n\nFor 20 minutes requests failed with 503. We ran\n\n"
    "```\nkubectl rollout undo deployment/api\n```\n\nand it was resolved at 10:20 UTC.\n",
    "german": "Am 3. Mai fiel um 10:05 Uhr die Anmeldung aus. Die Kunden konnten sich 40 Minuten lang"
    " nicht anmelden. Die Ursache wurde um 10:45 Uhr behoben.\n",
    "french": "Le 3 mai, une panne a touché nos clients pendant 40 minutes. La cause a été trouvée et"
    " le service a été rétabli à 10h45.\n",
    "japanese": "この度、下記の障害が発生しておりましたのでご報告いたします。\n発生日時\n"
    "2024年5月23日 7時07分\n復旧いたしました。原因はサーバの負荷でした。\n",
}


@pytest.mark.parametrize("text", WRITTEN_UP.values(), ids=WRITTEN_UP)
def test_a_postmortem_in_words_is_read_however_it_is_laid_out(text):
    assert one(text).postmortem is not None


def test_a_page_on_which_nothing_happened_is_no_error():
    page = b'{"page": {"id": "p", "name": "P"}, "incidents": []}'
    assert read_reports(page, "incidents.json") == []


POSTMORTEMS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "postmortems"
REAL = sorted(POSTMORTEMS.glob("*-20*.md")) + sorted(POSTMORTEMS.glob("PM2*.md"))


@pytest.mark.shared
@pytest.mark.skipif(not REAL, reason="needs ../shared/data, which only the workshop has")
@pytest.mark.parametrize("path", REAL or [None], ids=lambda path: path.stem if path else "absent")
def test_no_real_postmortem_is_refused(path):
    (report,) = read_reports(path.read_bytes(), path.name)
    assert report.postmortem is not None
